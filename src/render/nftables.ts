/** The machine's firewall: drops what comes in unless the plan says who may send it. */
import type { Engine } from '../engines/engine.ts'
import { PORTS, type Machine, type Plan } from '../plan/types.ts'
import { addressesOf, candidates, hasRole, voters, withRole, type RenderInput } from './input.ts'
import { vrrpPeers } from './keepalived.ts'
import type { Opening } from './opening.ts'
import type { ManifestUnit } from './manifest.ts'
import { dropIn, reload, runningUnit, textFile, type ManifestPart } from './part.ts'
import { portOf, SLOTS } from './slots.ts'

const UNIT = 'nftables.service'
const RULES = '/etc/nftables.conf'
const VRRP_PROTOCOL = 112

export function nftablesPart(input: RenderInput, engine: Engine): ManifestPart {
  const rules = renderNftables(openingsOf(input.plan, input.machine, engine), vrrpPeers(input), addressesOf(input.plan.machines))
  return {
    packages: ['nftables'],
    files: [textFile(RULES, rules, { onChange: [reload(UNIT)], check: ['/usr/sbin/nft', '--check', '--file', RULES] })],
    units: [runningUnit(UNIT)],
  }
}

/**
 * The doors close before anybody goes through them. A connection that a program opened sooner has no state in the kernel, and what comes in on it
 * is dropped for as long as the program itself says nothing: an etcd member would hear nothing of its leader until TCP gives up, after 15 s.
 */
export const doorsFirstPart = (units: readonly ManifestUnit[]): ManifestPart => ({
  files: [dropIn(UNIT, `[Unit]\nBefore=${units.map(({ name }) => name).filter((name) => name !== UNIT).join(' ')}\n`, [])],
})

/** Every TCP port that is open on a machine. */
export const openingsOf = (plan: Plan, machine: Machine, engine: Engine): readonly Opening[] =>
  [...stackOpenings(plan, machine), ...engine.openings(plan, machine)]

function stackOpenings(plan: Plan, machine: Machine): Opening[] {
  const { operators, hints: { from: monitoring } } = plan
  // Every machine may probe another's agent port: whether it answers, refuses or keeps silent is evidence.
  const found: Opening[] = [{ port: PORTS.agent, from: addressesOf(plan.machines), operators, monitoring, what: 'agent' }]
  if (machine.controllerCandidate) {
    found.push(
      { port: PORTS.controller, from: addressesOf(candidates(plan)), operators, monitoring, what: 'controller' },
      { port: PORTS.hints, from: addressesOf(plan.machines), operators, monitoring, what: 'hints' },
    )
  }
  if (hasRole(machine, 'entry')) {
    found.push({ port: PORTS.http, from: 'anywhere', what: 'http' }, { port: PORTS.https, from: 'anywhere', what: 'https' })
  }
  // Both, whatever the strategy: a stack that changed over goes on with the other one when its strategy changes.
  if (hasRole(machine, 'app')) found.push(...SLOTS.map((slot) => ({ port: portOf(plan.app, slot), from: addressesOf(withRole(plan, 'entry')), what: 'application' })))
  if (machine.etcdVoter) {
    const clients = addressesOf(voters(plan), candidates(plan), withRole(plan, 'database'))
    found.push({ port: PORTS.etcdClient, from: clients, what: 'etcd clients' }, { port: PORTS.etcdPeer, from: addressesOf(voters(plan)), what: 'etcd peers' })
  }
  return found
}

/** Replaces its own table only: other tables, such as a fence around a dead machine, stay. */
export function renderNftables(openings: readonly Opening[], vrrp: readonly string[], peers: readonly string[]): string {
  const rules = [
    ...openings.flatMap(openingRules),
    ...(peers.length === 0 ? [] : [`tcp dport ${PORTS.pulse} ip saddr { ${peers.join(', ')} } reject with tcp reset comment "pulse"`]),
    ...(vrrp.length === 0 ? [] : [`ip protocol ${VRRP_PROTOCOL} ip saddr { ${vrrp.join(', ')} } accept comment "VRRP"`]),
  ]
  return `#!/usr/sbin/nft -f
# Declared, deleted and made anew in one transaction: there is no moment without rules.
table inet regrow
delete table inet regrow

table inet regrow {
    chain input {
        type filter hook input priority filter; policy drop;
        iif lo accept
        ct state established,related accept
        meta l4proto { icmp, ipv6-icmp } accept
${rules.map((rule) => `        ${rule}\n`).join('')}    }

    chain forward {
        type filter hook forward priority filter; policy drop;
    }
}
`
}

/** Each source of its own kind in a rule of its own: nft refuses a set whose networks and addresses overlap. */
function openingRules({ port, from, operators = [], monitoring = [], what }: Opening): string[] {
  if (from === 'anywhere') return [`tcp dport ${port} accept comment "${what}"`]
  return [
    ...(from.length === 0 ? [] : [`tcp dport ${port} ip saddr { ${from.join(', ')} } accept comment "${what}"`]),
    ...operators.map((cidr) => `tcp dport ${port} ip saddr ${cidr} accept comment "${what}, operators"`),
    ...monitoring.map((cidr) => `tcp dport ${port} ip saddr ${cidr} accept comment "${what}, monitoring"`),
  ]
}
