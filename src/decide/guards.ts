/** Pure: what forbids changing a machine right now. The first principle: never destroy the last good copy. */
import type { Machine, Plan } from '../plan/types.ts'
import { ailmentsOf, sufferersOf } from './ailments.ts'
import { isEligible } from './eligible.ts'
import { problemsOf } from './health.ts'
import type { Reason } from './reason.ts'
import type { MachineRecord, MachineView, World } from './world.ts'
import { patienceMs } from './strain.ts'

const HOUR_MS = 3_600_000
/** As many silent machines at once are the network's fault, not theirs. */
export const STORM_MIN = 3

/** Null: no objection. */
export type Guard = (view: MachineView, plan: Plan, world: World) => Reason | null

/** The actions under way and the records together: what was begun and is not whole again. */
const inFlight: Guard = (view, _plan, world) => {
  const other = world.machines.find((one) => one.name !== view.name && one.record !== null && (one.inFlight || one.record.phase !== 'member') && !waitsFor(one, view, world))
  return other === undefined ? null : { code: 'replacement-in-flight', machine: other.name }
}

/** etcd takes no newcomer while another voter is ill (etcd, server.go: AddMember): a birth that hangs on it can't end before that one is mended too. */
const waitsFor = (newborn: MachineView, view: MachineView, world: World): boolean =>
  newborn.record?.phase === 'bearing' && newborn.planned?.etcdVoter === true
  && world.nowMs - newborn.record.sinceMs > (world.plan?.healing.startupMs ?? Infinity) / 2
  && view.planned?.etcdVoter === true && view.facts?.etcd?.healthy !== true

const ownMachine: Guard = (view, _plan, world) => (view.name === world.self ? { code: 'own-machine', machine: view.name } : null)

const paused: Guard = (view, _plan, world) => {
  const pause = world.pauses.find((one) => (one.machine === null || one.machine === view.name) && one.untilMs > world.nowMs)
  return pause === undefined ? null : { code: 'paused', machine: view.name, scope: pause.machine === null ? 'stack' : 'machine', why: pause.reason, by: pause.by, untilMs: pause.untilMs }
}

const observeOnly: Guard = (view, plan) => (plan.healing.mode === 'observe' ? { code: 'mode-observe', machine: view.name } : null)

/** A run of Terraform under a former controller may still be changing machines until it is known to be over. */
const terraformLocked: Guard = (view, plan, world) => {
  if (world.foreignLock === null) return null
  const holder = world.machines.find((one) => one.name === world.foreignLock?.machine)
  const over = holder === undefined || holder.name === world.self || holder.facts?.terraformRunning === false
    || holder.record?.phase === 'creating' || holder.record?.phase === 'bearing' || isDead(holder, plan, world)
    // Its own replacement ends whatever runs there.
    || (holder.name === view.name && holder.silentSinceMs !== null)
  return over ? null : { code: 'terraform-locked', machine: view.name, holder: holder.name }
}

/** Silent to everybody for as long as a machine must be silent before it is replaced. */
const isDead = (view: MachineView, plan: Plan, world: World): boolean =>
  view.silentSinceMs !== null && world.nowMs - view.silentSinceMs >= plan.healing.confirmMs
  && view.observations.length > 0 && view.observations.every((one) => one.outcome === 'silent')

/** Whoever has only just begun to lead has not heard of everybody yet: that may be a storm, and is known in a second. */
const storm: Guard = (view, _plan, world) => {
  const members = world.machines.filter((one) => one.record?.phase === 'member')
  const silent = members.filter((one) => one.silentSinceMs !== null).map((one) => one.name)
  if (silent.length >= STORM_MIN) return { code: 'storm', silent }
  const unseen = members.filter((one) => one.facts === null && one.silentSinceMs === null).map((one) => one.name)
  return silent.length + unseen.length >= STORM_MIN ? { code: 'not-seen-yet', machine: view.name, unseen } : null
}

const budget: Guard = (view, plan, world) => {
  const replacements = (view.record?.replacedAtMs ?? []).filter((at) => at > world.nowMs - HOUR_MS).length
  const max = plan.healing.replacementsPerHourMax
  return replacements >= max ? { code: 'budget-spent', machine: view.name, replacements, max } : null
}

/** Removing a member is itself a write: the others must be a majority before and after. */
const etcdQuorum: Guard = (view, _plan, world) => quorumWithout(view.name, world)

function quorumWithout(name: string, world: World): Reason | null {
  if (!world.etcd.available) return { code: 'etcd-unavailable' }
  const voters = world.etcd.members.filter((member) => !member.learner)
  const isVoter = voters.some((member) => member.name === name)
  const healthyAfter = voters.filter((member) => member.name !== name && world.machines.some((one) => one.name === member.name && one.facts?.etcd?.healthy === true)).length
  const needed = Math.floor(voters.length / 2) + 1
  return isVoter && healthyAfter < needed ? { code: 'would-lose-etcd-quorum', machine: name, healthyAfter, needed } : null
}

/** A database machine goes only while another one is the proven, living primary: that one has every acknowledged write. */
const lastGoodCopy: Guard = (view, _plan, world) => {
  if (view.planned?.roles.includes('database') !== true) return null
  const leader = world.database.truth?.leader ?? null
  if (leader === null) return { code: 'database-leader-unknown', machine: view.name }
  if (leader === view.name) return view.facts === null ? { code: 'database-leader-unknown', machine: view.name } : { code: 'is-primary', machine: view.name }
  const primary = world.machines.find((one) => one.name === leader)
  // What it said last may be older than its death.
  const alive = primary?.quiet === null && primary.facts?.database?.role === 'primary' && primary.facts.database.state === 'running'
  return alive ? null : { code: 'last-good-copy', machine: view.name }
}

/** Who serves nobody can't be the last who does; but a database machine may still hold data. */
const lastOfRole: Guard = (view, plan, world) => {
  const role = view.planned?.roles.find((one) => one !== 'control' && (one === 'database' || mayServe(view, one, plan, world)) && !world.machines.some((other) =>
    other.name !== view.name && other.planned?.roles.includes(one) === true && serves(other, one, world)))
  return role === undefined ? null : { code: 'last-of-role', machine: view.name, role }
}

const mayServe = (view: MachineView, role: Machine['roles'][number], plan: Plan, world: World): boolean =>
  view.facts === null ? !isDead(view, plan, world) : serves(view, role, world)

/** A peer counts when its part of this role works; being outdated or a lone replica doesn't disqualify it. */
function serves(other: MachineView, role: Machine['roles'][number], world: World): boolean {
  if (other.facts === null) return false
  if (role === 'entry') return other.facts.entry?.healthy === true
  if (role === 'app') return other.facts.app?.healthy === true
  if (role === 'database') return other.facts.database?.role === 'primary' || isEligible(other, world)
  return problemsOf(other, world).length === 0
}

/** The same ailment on several machines is a bad release or a bad world, not a bad machine. */
const commonCause: Guard = (view, _plan, world) => {
  const mine = ailmentsOf(view, world)
  for (const ailment of mine) {
    const others = (sufferersOf(world).get(ailment.kind) ?? []).filter((name) => name !== view.name)
    if (others.length > 0) return { code: 'common-cause', machine: view.name, problem: ailment.problem, others }
  }
  return null
}

/** Somebody else reaches it: a cut between it and the controller, not a death. */
const seenByAnother: Guard = (view) => {
  const witness = view.observations.find((one) => one.outcome === 'answered')
  return witness === undefined ? null : { code: 'seen-by-another', machine: view.name, observer: witness.observer }
}

const secondObserver: Guard = (view) => (view.observations.length === 0 ? { code: 'no-second-observer', machine: view.name } : null)

const confirmed: Guard = (view, plan, world) => {
  const silentMs = world.nowMs - (view.silentSinceMs ?? world.nowMs)
  const confirmMs = patienceMs(plan.healing.confirmMs, world, view.name)
  return silentMs < confirmMs ? { code: 'confirming', machine: view.name, silentMs, confirmMs } : null
}

/** Every guard by name; who breaks one on purpose puts another in its place. */
export const GUARDS = {
  'own-machine': ownMachine,
  paused,
  'mode-observe': observeOnly,
  'terraform-locked': terraformLocked,
  storm,
  'replacement-in-flight': inFlight,
  'etcd-quorum': etcdQuorum,
  'last-good-copy': lastGoodCopy,
  'last-of-role': lastOfRole,
  budget,
  'seen-by-another': seenByAnother,
  'second-observer': secondObserver,
  confirmed,
  'common-cause': commonCause,
} as const satisfies Record<string, Guard>

export type GuardName = keyof typeof GUARDS
export type Guards = Readonly<Record<GuardName, Guard>>

/** In the order in which they are asked; the first that objects gives the reason. */
export const REPLACE_GUARDS: readonly GuardName[] = [
  'paused', 'mode-observe', 'storm', 'replacement-in-flight', 'terraform-locked', 'etcd-quorum', 'last-good-copy', 'last-of-role', 'budget', 'own-machine',
]

/** A reboot comes back with the same data, but takes the machine away for as long. */
export const REBOOT_GUARDS: readonly GuardName[] = ['paused', 'mode-observe', 'common-cause', 'storm', 'replacement-in-flight', 'etcd-quorum', 'last-good-copy', 'last-of-role', 'own-machine']

/** Power comes back, but not to a machine that was hung: it is replaced next. */
export const POWER_OFF_GUARDS: readonly GuardName[] = ['paused', 'mode-observe', 'storm', 'etcd-quorum', 'last-good-copy', 'last-of-role', 'own-machine']

/** Takes nothing away but a moment; and whoever is to take over must not be at work on something else. */
export const SWITCH_OVER_GUARDS: readonly GuardName[] = ['paused', 'storm', 'replacement-in-flight']

/** A unit that is ill can hardly be made worse by starting it anew. */
export const RESTART_GUARDS: readonly GuardName[] = ['paused', 'mode-observe', 'common-cause']

/** A machine that was never claimed holds nothing: only these forbid beginning its birth again. */
export const UNBORN_GUARDS: readonly GuardName[] = ['paused', 'terraform-locked', 'budget', 'own-machine']

/** Whoever decided the replacement may have died before anything was destroyed, and the machine may be the last good copy by now. */
export const STANDING_GUARDS: readonly GuardName[] = ['last-good-copy', 'etcd-quorum']

/** Whether a silence is a death. That nobody could be asked is worth a word only when somebody had the time to be. */
export const DEATH_GUARDS: readonly GuardName[] = ['seen-by-another', 'confirmed', 'second-observer']

/** What a human may overrule: it costs availability or patience, never data. */
export const FORCEABLE: readonly Reason['code'][] = ['paused', 'mode-observe', 'storm', 'last-of-role', 'budget-spent']

export interface Objection {
  readonly guard: GuardName
  readonly reason: Reason
}

/** All objections of these guards, in order; `accepted`: codes of reasons that a human overrules. */
export function objections(names: readonly GuardName[], view: MachineView, world: World, guards: Guards, accepted: readonly string[] = []): readonly Objection[] {
  const { plan } = world
  if (plan === null) return []
  return names.flatMap((guard) => {
    const reason = guards[guard](view, plan, world)
    return reason === null || (FORCEABLE.includes(reason.code) && accepted.includes(reason.code)) ? [] : [{ guard, reason }]
  })
}

export function replaceGuardsOf({ record }: MachineView): readonly GuardName[] {
  if (record?.phase !== 'creating' && record?.phase !== 'bearing') return REPLACE_GUARDS
  return mayStillStand(record) ? [...UNBORN_GUARDS, ...STANDING_GUARDS] : UNBORN_GUARDS
}

/** A replacement was decided, and nobody wrote down that the machine of before is gone. */
export const mayStillStand = (record: MachineRecord): boolean => record.phase === 'creating' && record.replacing

/** Why a machine that the plan no longer has must stay for now, or null. */
export function removalRefusal(name: string, world: World): Reason | null {
  const leader = world.database.truth?.leader ?? null
  if (leader === null) return { code: 'database-leader-unknown', machine: name }
  if (leader === name) return { code: 'is-primary', machine: name }
  return quorumWithout(name, world)
}
