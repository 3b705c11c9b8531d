/** Gives every machine an address that stays the same when others are added: each role has its own block of the network. */
import type { LayoutMachine } from './layout.ts'
import type { Role } from './types.ts'
import type { Network } from './ipv4.ts'
import { broadcastOf, formatAddress, gatewayOf, hostOf, parseAddress } from './ipv4.ts'

/** First and last offset from the network address; app machines have an overflow, as the only role that grows far. */
interface Blocks extends Readonly<Record<Role, readonly [number, number]>> {
  readonly overflow: readonly [number, number]
}

/** The roomy division that networks down to /25 share, and three tighter ones for smaller networks. */
function blocksOf(network: Network): Blocks {
  const last = network.size - 3
  switch (network.prefixBits) {
    case 28: return { control: [2, 3], entry: [4, 6], app: [7, 9], database: [10, 13], overflow: [0, -1] }
    case 27: return { control: [2, 5], entry: [6, 10], app: [11, 18], database: [19, 25], overflow: [26, last] }
    case 26: return { control: [8, 15], entry: [16, 23], app: [24, 39], database: [40, 51], overflow: [52, last] }
    default: return { control: [11, 30], entry: [31, 40], app: [41, 60], database: [61, 80], overflow: [81, Math.min(last, 999)] }
  }
}

/** The block of a machine with several roles is that of the one that is hardest to move. */
const BLOCK_ORDER: readonly Role[] = ['database', 'control', 'entry', 'app']

const blockRole = (machine: LayoutMachine): Role => BLOCK_ORDER.find((role) => machine.roles.includes(role)) ?? 'app'

export interface Allocation {
  /** By machine name. */
  readonly addresses: ReadonlyMap<string, string>
  /** Machines for which their block has no room. */
  readonly homeless: readonly LayoutMachine[]
}

/**
 * Explicit addresses first, then `name-N` gets the N-th address of its block, then the rest the first free ones in the
 * spec's order. VIPs, router, host and explicit addresses are no part of a block.
 */
export function allocateAddresses(network: Network, vips: readonly string[], machines: readonly LayoutMachine[]): Allocation {
  const taken = new Set([network.base, gatewayOf(network), hostOf(network), broadcastOf(network)])
  for (const text of [...vips, ...machines.map((machine) => machine.address ?? '')]) {
    const value = parseAddress(text)
    if (value !== undefined) taken.add(value)
  }
  const blocks = blocksOf(network)
  const slots = (role: Role): number[] =>
    [...offsets(blocks[role]), ...(role === 'app' ? offsets(blocks.overflow) : [])]
      .map((offset) => network.base + offset)
      .filter((value) => !taken.has(value))
  const free: Record<Role, number[]> = { entry: slots('entry'), app: slots('app'), database: slots('database'), control: slots('control') }

  const given = new Map<string, number>()
  const used = new Set<number>()
  const give = (machine: LayoutMachine, value: number | undefined): void => {
    if (value === undefined || used.has(value) || given.has(machine.name)) return
    used.add(value)
    given.set(machine.name, value)
  }
  const waiting = machines.filter((machine) => machine.address === undefined)
  for (const machine of waiting) give(machine, free[blockRole(machine)][trailingNumber(machine.name) - 1])
  for (const machine of waiting) give(machine, free[blockRole(machine)].find((value) => !used.has(value)))

  const addresses = new Map(machines.map((machine) => {
    const value = given.get(machine.name)
    return [machine.name, machine.address ?? (value === undefined ? '' : formatAddress(value))] as const
  }))
  return { addresses, homeless: waiting.filter((machine) => !given.has(machine.name)) }
}

const offsets = ([first, last]: readonly [number, number]): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)

/** 3 for `web-3`, 0 without a number. */
const trailingNumber = (name: string): number => Number(/(\d+)$/.exec(name)?.[1] ?? 0)
