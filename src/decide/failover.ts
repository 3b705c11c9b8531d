/**
 * Pure: a dead primary's lock is taken from it before its time. Patroni would wait for the lock's ttl, 20 s at the least; who
 * succeeds it stays Patroni's choice. Early revocation gives up "the old one demotes first", so safety rests on synchronous
 * replication and on the fence: no listed standby may be left that the old primary can still reach.
 */
import { act, hold, type Decision, type Rule } from './decision.ts'
import { objections, type Guards } from './guards.ts'
import type { Cause, Reason } from './reason.ts'
import { patienceMs } from './strain.ts'
import { isStalled, stalledMs } from './stuck.ts'
import { successorOf } from './succession.ts'
import type { Fence, MachineView, World } from './world.ts'

/** A kernel on the same network answers within a millisecond; ten questions a second are asked. */
export const QUIET_MIN_MS = 600
/** Programs may stand still for a moment; a primary that does for so long, while others answer as ever, serves nobody. */
export const HUNG_MIN_MS = 3_000

export const failover: Rule = (world, guards) =>
  world.machines.filter((view) => view.planned?.roles.includes('database') === true && view.record?.phase === 'member')
    .flatMap((view) => {
      const cause = deathOf(view, world)
      return cause === null ? [] : giveUp(view, cause, world, guards)
    })

/** Two observers at least, and nobody who has had an answer; null: it is not known to be dead. */
function deathOf(view: MachineView, world: World): Cause | null {
  const { nowMs } = world
  const { name: machine, quiet, silentSinceMs, observations, engine } = view
  const names = (found: readonly { readonly observer: string }[]): readonly string[] => found.map(({ observer }) => observer)
  if (quiet !== null && nowMs - quiet.sinceMs >= QUIET_MIN_MS && agree(quiet.observations, ['silent'])) {
    return { code: 'machine-silent', machine, silentMs: nowMs - quiet.sinceMs, observers: names(quiet.observations) }
  }
  // Its own word against itself: whoever elects has nothing on disk to stumble over, and would follow it for ever.
  if (isStalled(view)) return { code: 'disk-stalled', machine, stalledMs: stalledMs(view) }
  // Its agent alone may be gone: only when the database engine says nothing either is the whole machine taken for hung.
  if (silentSinceMs === null || nowMs - silentSinceMs < patienceMs(HUNG_MIN_MS, world, machine) || (engine !== 'open' && engine !== 'silent')) return null
  if (!agree(observations, ['open', 'silent'])) return null
  return { code: 'machine-hung', machine, silentMs: nowMs - silentSinceMs, observers: names(observations), outcome: 'open' }
}

const agree = (observations: readonly { readonly outcome: string }[], outcomes: readonly string[]): boolean =>
  observations.length > 0 && observations.every(({ outcome }) => outcomes.includes(outcome))

function giveUp(view: MachineView, cause: Cause, world: World, guards: Guards): readonly Decision[] {
  const fence = fenceOf(view, world)
  const known = world.fences.some((one) => one.machine === view.name)
  const leads = world.database.truth?.leader === view.name
  // Storage that both stand on is nobody's death, and a fence would outlast its hiccup.
  if (!leads && cause.code === 'disk-stalled' && world.machines.some((other) => other.name !== view.name && isStalled(other))) return []
  // A standby that we ourselves reboot is quiet for a while.
  if (!leads && view.inFlight) return []
  // Once it is fenced and another machine leads, or a standby's stream has ended, there is nothing left to hurry for.
  if (!leads && known) return []
  const [objection] = objections(leads ? ['paused', 'mode-observe', 'storm'] : ['mode-observe', 'storm'], view, world, guards)
  if (objection !== undefined) return leads ? [hold('fail-over', objection.reason)] : []
  if (!leads) return [act('fence', { code: 'fence-standby', machine: view.name, cause }, { kind: 'fence', machine: view.name, fence, primary: world.database.truth?.leader ?? null })]
  const refusal = refusalOf(view, world)
  if (refusal !== null) return [hold('fail-over', refusal)]
  if (view.name === world.self) return [standBack(view, cause, world)]
  return [act('fail-over', { code: 'primary-dead', machine: view.name, cause }, { kind: 'fail-over', machine: view.name, fence, required: fencers(view, world) })]
}

/** Whoever powers its own machine off can't finish what it has begun. */
function standBack({ name }: MachineView, cause: Cause, world: World): Decision {
  const successor = successorOf(world)
  if (successor === undefined) return hold('hand-over', { code: 'no-successor', machine: name })
  return act('hand-over', { code: 'hand-over-first', machine: name, target: successor.name, cause }, { kind: 'hand-over', machine: name, target: successor.name })
}

/** Who must have acknowledged the fence: all in reach that take part in an election or in a commit. */
const fencers = (view: MachineView, world: World): readonly string[] =>
  world.machines.filter((other) => other.name !== view.name && other.facts !== null && (other.planned?.etcdVoter === true || other.planned?.roles.includes('database') === true)).map(({ name }) => name)

/** Patroni's own timers do it then. */
function refusalOf(view: MachineView, world: World): Reason | null {
  if (world.plan?.database.durability === 'fast') return { code: 'failover-refused', machine: view.name, because: 'asynchronous', standby: null }
  const listed = (world.database.truth?.synchronousStandbys ?? []).filter((name) => name !== view.name)
  const views = listed.map((name) => world.machines.find((one) => one.name === name))
  const away = listed.find((_name, index) => views[index]?.facts?.database?.role !== 'replica' || views[index]?.record?.phase !== 'member')
  // In quorum mode the old primary could still have a commit acknowledged by a listed standby that nobody could fence.
  if (away !== undefined) return { code: 'failover-refused', machine: view.name, because: 'standby-unreachable', standby: away }
  const stalled = views.find((one) => one !== undefined && isStalled(one))
  if (stalled !== undefined) return { code: 'failover-refused', machine: view.name, because: 'standby-stalled', standby: stalled.name }
  return listed.length > 0 ? null : { code: 'failover-refused', machine: view.name, because: 'no-standby', standby: null }
}

function fenceOf({ name, planned, lastFacts }: MachineView, { nowMs, plan, database }: World): Fence {
  // The address for writes belongs to the primary, whatever it said last.
  const vips = database.truth?.leader === name && plan !== null ? [plan.database.vip] : []
  return { machine: name, address: planned?.address ?? '', card: lastFacts?.card ?? null, vips: [...new Set([...vips, ...(lastFacts?.vips ?? [])])], sinceMs: nowMs, renewedMs: nowMs }
}
