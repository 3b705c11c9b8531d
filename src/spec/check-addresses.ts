/** Checks every address of a spec against the network and against each other. */
import { allocateAddresses } from '../plan/addresses.ts'
import type { Network } from '../plan/ipv4.ts'
import { broadcastOf, contains, formatAddress, formatNetwork, gatewayOf, hasHostBits, hostOf, parseAddress, parseNetwork } from '../plan/ipv4.ts'
import type { LayoutMachine, SpecPath } from '../plan/layout.ts'
import { layoutMachines } from '../plan/layout.ts'
import type { Spec } from './schema.ts'
import type { PathProblem } from './structure.ts'
import { writeLine } from './words.ts'

interface Claim {
  readonly path: SpecPath
  /** "the VIP of entry" */
  readonly what: string
  readonly text: string
}

export function checkAddresses(spec: Spec): PathProblem[] {
  const network = parseNetwork(spec.network)
  if (network === undefined) return []
  const machines = layoutMachines(spec)
  const claims = claimsOf(spec, machines)
  const operators = [
    ...(spec.operators ?? []).flatMap((text, index) => checkSource(text, ['operators', index], 'management ports', 'work')),
    ...spec.hints.from.flatMap((text, index) => checkSource(text, ['hints', 'from', index], 'port for hints', 'monitor')),
  ]
  const unusable = checkNetwork(spec, network)
  if (unusable.length > 0 && !hasHostBits(spec.network)) return [...unusable, ...operators]
  return [...unusable, ...operators, ...checkClaims(claims, network), ...checkRoom(claims, network, machines)]
}

const VIPS = [
  { path: ['entry', 'vip'], what: "the entry machines' VIP" },
  { path: ['database', 'vip'], what: "the database's VIP" },
  { path: ['database', 'reportsVip'], what: 'the VIP for reports' },
] as const

function claimsOf(spec: Spec, machines: readonly LayoutMachine[]): Claim[] {
  const texts = [spec.entry.vip, spec.database.vip, spec.database.reportsVip]
  return [
    ...VIPS.map((vip, index) => ({ ...vip, text: texts[index] ?? '' })),
    ...machines.flatMap((machine) => (machine.address === undefined ? [] : [{ path: [...machine.path, 'address'], what: machine.name, text: machine.address }])),
  ]
}

const error = (path: SpecPath, message: string, instead: string): PathProblem => ({ severity: 'error', path, at: 'value', message, instead })

/** Networks whose addresses mean something else everywhere: this host, loopback, link-local, multicast and above. */
const UNUSABLE = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3']

function checkNetwork(spec: Spec, network: Network): PathProblem[] {
  if (hasHostBits(spec.network)) {
    return [error(['network'], 'is an address inside a network, not a network', writeLine('network', formatNetwork(network)))]
  }
  if (network.prefixBits < 8 || network.prefixBits > 28) {
    return [error(['network'], 'should have a prefix from /8 to /28', writeLine('network', formatNetwork({ ...network, ...parseNetwork(`${formatAddress(network.base)}/24`) })))]
  }
  if (UNUSABLE.some((text) => overlap(network, parseNetwork(text)))) {
    return [error(['network'], 'holds addresses that no machine may have', writeLine('network', '10.77.0.0/24'))]
  }
  return []
}

const overlap = (a: Network, b: Network | undefined): boolean => b !== undefined && (contains(a, b.base) || contains(b, a.base))

/** A network that may come in: written properly, and not everything. */
function checkSource(text: string, path: SpecPath, door: string, does: string): PathProblem[] {
  const network = parseNetwork(text)
  if (network === undefined) return []
  if (hasHostBits(text)) {
    const host = text.slice(0, text.indexOf('/'))
    return [error(path, 'is an address inside a network, not a network', `write: ${formatNetwork(network)}, or ${host}/32 for the one address`)]
  }
  return network.prefixBits > 0 ? [] : [{ ...error(path, `lets the whole internet knock at the ${door}`, `write the networks that you ${does} from`), severity: 'warn' }]
}

function checkClaims(claims: readonly Claim[], network: Network): PathProblem[] {
  const holders = new Map<number, string>([
    [network.base, 'the network itself'],
    [gatewayOf(network), 'the router (the first usable address)'],
    [hostOf(network), 'the host (the last usable address)'],
    [broadcastOf(network), 'the broadcast address'],
  ])
  const problems: PathProblem[] = []
  const suggested: string[] = []
  for (const claim of claims) {
    const value = parseAddress(claim.text)
    if (value === undefined) continue
    const write = (): string => {
      const free = suggest(value, [...claims.map(({ text }) => text), ...suggested], network)
      suggested.push(free)
      return writeLine(String(claim.path.at(-1)), free)
    }
    const holder = holders.get(value)
    if (!contains(network, value)) problems.push(error(claim.path, `${claim.text} is outside the network ${formatNetwork(network)}`, write()))
    else if (holder !== undefined) problems.push(error(claim.path, `${claim.text} is taken by ${holder}`, write()))
    else holders.set(value, claim.what)
  }
  return problems
}

/** The same last octet in the right network, or the first free address from .10 on. */
function suggest(wanted: number, claimed: readonly string[], network: Network): string {
  const taken = new Set([network.base, gatewayOf(network), hostOf(network), broadcastOf(network), ...claimed.map((text) => parseAddress(text) ?? 0)])
  const same = network.base + (wanted & 255)
  if (contains(network, same) && !taken.has(same)) return formatAddress(same)
  const first = network.base + (network.size > 32 ? 10 : 2)
  for (let value = first; value < hostOf(network); value++) {
    if (!taken.has(value)) return formatAddress(value)
  }
  return formatAddress(first)
}

function checkRoom(claims: readonly Claim[], network: Network, machines: readonly LayoutMachine[]): PathProblem[] {
  const { homeless } = allocateAddresses(network, claims.map((claim) => claim.text), machines)
  const [first] = homeless
  if (first === undefined) return []
  const names = homeless.length > 3 ? `${homeless.length} machines, ${first.name} the first of them` : homeless.map((machine) => machine.name).join(', ')
  return [error(['network'], `${formatNetwork(network)} has no room left for ${names} in its part for their role`, `write: network: ${formatAddress(network.base)}/${Math.min(network.prefixBits - 1, 24)}, or give machines their addresses with machines:`)]
}
