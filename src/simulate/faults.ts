/** What can go wrong, each with how it ends. A fault returns how it is to be ended, or null when only healing ends it. */
import type { DriftItem } from '../agent/api.ts'
import type { Node } from './engine.ts'
import { UNITS, type Host, type Ill } from './host.ts'
import { hostOf, hostsOf, type Sim } from './model.ts'
import { powerOn, thaw } from './life.ts'

export interface Fault {
  readonly name: string
  readonly weight: number
  /** Says what it does, and how it ends after a while; null: it does not by itself. */
  readonly begin: (sim: Sim) => { readonly text: string; readonly touched: readonly string[]; readonly end: (() => void) | null } | null
}

const living = (sim: Sim): readonly Host[] => hostsOf(sim).filter((host) => host.power && host.stage === 'living' && host.freeze === null)
const anyOf = (sim: Sim): Host | null => (living(sim).length === 0 ? null : sim.random.pick(living(sim)))
const others = (sim: Sim, host: Host): readonly Host[] => hostsOf(sim).filter((other) => other.name !== host.name)
/** The fault may outlive the machine. */
const stillThere = (sim: Sim, host: Host): boolean => hostOf(sim, host.name) === host

function cutAll(sim: Sim, pairs: readonly (readonly [string, string])[]): () => void {
  for (const [from, to] of pairs) sim.network.cut(from, to)
  return () => {
    for (const [from, to] of pairs) sim.network.mend(from, to)
  }
}

const crash: Fault = { name: 'power loss', weight: 6, begin: (sim) => {
  const host = anyOf(sim)
  if (host === null) return null
  host.power = false
  return { text: `${host.name} loses power for good.`, touched: [host.name], end: null }
} }

const blink: Fault = { name: 'reboot', weight: 3, begin: (sim) => {
  const host = anyOf(sim)
  if (host === null) return null
  host.power = false
  return { text: `${host.name} loses power for a while.`, touched: [host.name], end: () => powerOn(sim, host) }
} }

const freeze: Fault = { name: 'freeze', weight: 3, begin: (sim) => {
  const host = anyOf(sim)
  if (host === null) return null
  host.freeze = sim.random.pick(['programs', 'kernel'] as const)
  return { text: `${host.name} freezes (${host.freeze}).`, touched: [host.name], end: sim.random.chance(0.5) ? null : () => { if (stillThere(sim, host) && host.freeze !== null) thaw(sim, host) } }
} }

const agentGone: Fault = { name: 'agent gone', weight: 1, begin: (sim) => {
  const host = anyOf(sim)
  if (host === null) return null
  host.agentUp = false
  return { text: `The agent of ${host.name} is gone.`, touched: [host.name], end: sim.random.chance(0.4) ? null : () => { host.agentUp = true } }
} }

const pairCut: Fault = { name: 'pairwise cut', weight: 3, begin: (sim) => {
  const host = anyOf(sim)
  if (host === null) return null
  const leader = sim.store.lead?.process.host.name
  const other = leader !== undefined && leader !== host.name && sim.random.chance(0.6) ? leader : sim.random.pick(others(sim, host)).name
  return { text: `${other} and ${host.name} can't reach each other.`, touched: [host.name, other], end: cutAll(sim, [[other, host.name]]) }
} }

const isolation: Fault = { name: 'isolation', weight: 3, begin: (sim) => {
  const host = anyOf(sim)
  if (host === null) return null
  const direction = sim.random.pick(['in', 'out', 'both'] as const)
  sim.network.isolate(host.name, direction)
  return { text: `${host.name} is cut off (${direction}).`, touched: [host.name], end: () => sim.network.rejoin(host.name) }
} }

const partition: Fault = { name: 'partition', weight: 2, begin: (sim) => {
  const hosts = sim.random.shuffle(hostsOf(sim))
  const size = sim.random.between(1, Math.max(1, hosts.length - 1))
  const [left, right] = [hosts.slice(0, size), hosts.slice(size)]
  const pairs = left.flatMap((one) => right.map((other) => [one.name, other.name] as const))
  return { text: `The network splits: ${left.map((host) => host.name).join(', ')} | ${right.map((host) => host.name).join(', ')}.`, touched: hosts.map((host) => host.name), end: cutAll(sim, pairs) }
} }

const flapping: Fault = { name: 'flapping', weight: 2, begin: (sim) => {
  const host = anyOf(sim)
  if (host === null) return null
  let [over, down] = [false, false]
  const flip = (): void => {
    if (over && !down) return
    if (down) sim.network.rejoin(host.name)
    else sim.network.isolate(host.name, 'both')
    down = !down
    disturb(sim, [host.name])
    sim.after(sim.random.between(1000, down ? 15_000 : 40_000), flip)
  }
  flip()
  return { text: `The link of ${host.name} flaps.`, touched: [host.name], end: () => { over = true } }
} }

function fail(host: Host, unit: string, ill: Ill): (() => void) | null {
  host.ills.set(unit, ill)
  return ill.cure === 'world' ? () => { if (host.ills.get(unit) === ill) host.ills.delete(unit) } : null
}

const unitFailure: Fault = { name: 'unit failure', weight: 5, begin: (sim) => {
  const host = anyOf(sim)
  if (host === null) return null
  const unit = sim.random.pick(host.units)
  const ill: Ill = { state: sim.random.pick(['failed', 'failed', 'activating'] as const), cure: sim.random.pick(['restart', 'restart', 'reboot', 'replace', 'world'] as const) }
  return { text: `${unit} fails on ${host.name} (cure: ${ill.cure}).`, touched: [host.name], end: fail(host, unit, ill) }
} }

const badWorld: Fault = { name: 'unit failure everywhere', weight: 2, begin: (sim) => {
  const unit = sim.random.pick([UNITS.app, UNITS.entry, 'nftables.service'])
  const hosts = living(sim).filter((host) => host.units.includes(unit))
  const ends = hosts.map((host) => fail(host, unit, { state: 'failed', cure: 'world' }))
  return hosts.length < 2 ? null : { text: `${unit} fails on ${hosts.map((host) => host.name).join(', ')}.`, touched: hosts.map((host) => host.name), end: () => ends.forEach((end) => end?.()) }
} }

const driftFault: Fault = { name: 'drift', weight: 4, begin: (sim) => {
  const hosts = sim.random.chance(0.8) ? [anyOf(sim)] : sim.random.shuffle(living(sim)).slice(0, sim.random.between(2, 4))
  const found = hosts.filter((host) => host !== null)
  const item: DriftItem = { kind: sim.random.pick(['managed-file', 'etc', 'port', 'unit'] as const), what: 'x', change: 'changed', sinceMs: sim.nowMs }
  for (const host of found) host.drift = [...host.drift, item]
  const undo = (): void => { for (const host of found) host.drift = host.drift.filter((one) => one !== item) }
  // On many machines, or where it is only reported, a human undoes it.
  return found.length === 0 ? null : { text: `Drift (${item.kind}) on ${found.map((host) => host.name).join(', ')}.`, touched: found.map((host) => host.name), end: undo }
} }

const providerDown: Fault = { name: 'provider down', weight: 2, begin: (sim) => {
  sim.provider.down = true
  return { text: 'The provider does not answer.', touched: [], end: () => { sim.provider.down = false } }
} }

const stillbirths: Fault = { name: 'stillbirths', weight: 1, begin: (sim) => {
  sim.provider.stillborn = true
  return { text: 'New machines never come up.', touched: [], end: () => { sim.provider.stillborn = false } }
} }

const slowBirths: Fault = { name: 'slow births', weight: 1, begin: (sim) => {
  sim.provider.slowness = sim.random.between(3, 12)
  return { text: `Births take ${sim.provider.slowness} times as long.`, touched: [], end: () => { sim.provider.slowness = 1 } }
} }

const rottenHost: Fault = { name: 'rotten host', weight: 1, begin: (sim) => {
  const host = anyOf(sim)
  if (host === null) return null
  host.power = false
  sim.provider.rotten.add(host.name)
  return { text: `${host.name} dies, and so will its successors for a while.`, touched: [host.name], end: () => { sim.provider.rotten.delete(host.name) } }
} }

const controllerCrash: Fault = { name: 'controller crash', weight: 4, begin: (sim) => {
  const host = sim.store.lead?.process.host
  if (host === undefined || host.ills.has(UNITS.controller)) return null
  return { text: `The controller on ${host.name} dies.`, touched: [host.name], end: fail(host, UNITS.controller, { state: 'activating', cure: 'world' }) }
} }

const leaderLost: Fault = { name: 'leader lost', weight: 3, begin: (sim) => {
  const host = sim.store.lead?.process.host
  if (host === undefined || !host.power) return null
  const how = sim.random.pick(['power', 'freeze', 'cut'] as const)
  if (how === 'power') host.power = false
  else if (how === 'freeze') host.freeze = sim.random.pick(['programs', 'kernel'] as const)
  else sim.network.isolate(host.name, 'both')
  const end = (): void => {
    if (how === 'cut') sim.network.rejoin(host.name)
    else if (how === 'freeze' && stillThere(sim, host) && host.freeze !== null) thaw(sim, host)
  }
  return { text: `The acting controller's machine ${host.name}: ${how}.`, touched: [host.name], end: how === 'power' ? null : end }
} }

const skew: Fault = { name: 'clock skew', weight: 1, begin: (sim) => {
  const host = anyOf(sim)
  if (host === null) return null
  host.clockMs = sim.random.between(-20_000, 20_000)
  return { text: `The clock of ${host.name} is ${host.clockMs} ms off.`, touched: [host.name], end: () => { host.clockMs = 0 } }
} }

const deafProbes: Fault = { name: 'deaf probes', weight: 2, begin: (sim) => {
  sim.deaf = true
  return { text: 'Agents answer no questions about others.', touched: [], end: () => { sim.deaf = false } }
} }

const blackout: Fault = { name: 'blackout', weight: 1, begin: (sim) => {
  const hosts = living(sim)
  for (const host of hosts) host.power = false
  return { text: 'The whole stack loses power.', touched: hosts.map((host) => host.name), end: () => hosts.forEach((host) => sim.after(sim.random.between(0, 20_000), () => powerOn(sim, host))) }
} }

const diskStall: Fault = { name: 'disk stall', weight: 2, begin: (sim) => {
  const host = anyOf(sim)
  if (host === null) return null
  host.stalledSinceMs = sim.nowMs
  return { text: `The disk of ${host.name} takes no writes.`, touched: [host.name], end: sim.random.chance(0.5) ? null : () => { host.stalledSinceMs = null } }
} }

const nodeOfSome = (sim: Sim, fits: (node: Node) => boolean): Node | undefined =>
  sim.random.shuffle([...sim.engine.nodes.values()]).find((node) => living(sim).includes(node.host) && fits(node))

const stuckReplica: Fault = { name: 'stuck replica', weight: 2, begin: (sim) => {
  const node = nodeOfSome(sim, ({ host, role }) => role === 'replica' && sim.engine.lock?.host !== host)
  if (node === undefined) return null
  node.stuckSinceMs = sim.nowMs
  return { text: `The replica on ${node.host.name} does not get to stream any more.`, touched: [node.host.name], end: null }
} }

const deafEngine: Fault = { name: 'deaf engine', weight: 2, begin: (sim) => {
  const node = nodeOfSome(sim, () => true)
  if (node === undefined) return null
  node.host.deafSinceMs = sim.nowMs
  return { text: `The database on ${node.host.name} takes no new connections.`, touched: [node.host.name], end: sim.random.chance(0.7) ? null : () => { node.host.deafSinceMs = null } }
} }

export const FAULTS: readonly Fault[] = [
  diskStall, stuckReplica, deafEngine,
  crash, blink, freeze, agentGone, pairCut, isolation, partition, flapping, unitFailure, badWorld, driftFault, providerDown, stillbirths, slowBirths, rottenHost, controllerCrash, leaderLost, skew, deafProbes, blackout,
]

export function disturb(sim: Sim, machines: readonly string[]): void {
  sim.ledger.disturbedMs = sim.nowMs
  for (const machine of machines) sim.ledger.touched.add(machine)
  sim.changed()
}
