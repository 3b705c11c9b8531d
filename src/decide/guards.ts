/** Pure: what forbids replacing a machine right now. The first principle: never destroy the last good copy. */
import type { Machine, Plan } from '../plan/types.ts'
import { problemsOf } from './health.ts'
import type { Reason } from './reason.ts'
import type { MachineView, World } from './world.ts'

const HOUR_MS = 3_600_000
/** As many silent machines at once are the network's fault, not theirs. */
export const STORM_MIN = 3

export type Guard = (view: MachineView, planned: Machine, plan: Plan, world: World) => Reason | null

const inFlight: Guard = (view, _planned, _plan, world) => {
  const other = world.machines.find((one) => one.name !== view.name && one.record !== null && (one.inFlight || one.record.phase !== 'member'))
  return other === undefined ? null : { code: 'replacement-in-flight', machine: other.name }
}

const ownMachine: Guard = (view, _planned, _plan, world) => (view.name === world.self ? { code: 'own-machine', machine: view.name } : null)

const storm: Guard = (_view, _planned, _plan, world) => {
  const silent = world.machines.filter((one) => one.silentSinceMs !== null && one.record?.phase === 'member').map((one) => one.name)
  return silent.length >= STORM_MIN ? { code: 'storm', silent } : null
}

const budget: Guard = (view, _planned, plan, world) => {
  const replacements = (view.record?.replacedAtMs ?? []).filter((at) => at > world.nowMs - HOUR_MS).length
  const max = plan.healing.replacementsPerHourMax
  return replacements >= max ? { code: 'budget-spent', machine: view.name, replacements, max } : null
}

/** Removing a member is itself a write: the others must be a majority before and after. */
const etcdQuorum: Guard = (view, _planned, _plan, world) => quorumWithout(view.name, world)

function quorumWithout(name: string, world: World): Reason | null {
  if (!world.etcd.available) return { code: 'etcd-unavailable' }
  const voters = world.etcd.members.filter((member) => !member.learner)
  const isVoter = voters.some((member) => member.name === name)
  const healthyAfter = voters.filter((member) => member.name !== name && world.machines.some((one) => one.name === member.name && one.facts?.etcd?.healthy === true)).length
  const needed = Math.floor(voters.length / 2) + 1
  return isVoter && healthyAfter < needed ? { code: 'would-lose-etcd-quorum', machine: name, healthyAfter, needed } : null
}

/** A database machine goes only while another one is the proven, living primary: that one has every acknowledged write. */
const lastGoodCopy: Guard = (view, planned, _plan, world) => {
  if (!planned.roles.includes('database')) return null
  const leader = world.database.truth?.leader ?? null
  if (leader === null) return { code: 'database-leader-unknown', machine: view.name }
  if (leader === view.name) return view.facts === null ? { code: 'database-leader-unknown', machine: view.name } : { code: 'is-primary', machine: view.name }
  const primary = world.machines.find((one) => one.name === leader)?.facts?.database
  return primary?.role === 'primary' && primary.state === 'running' ? null : { code: 'last-good-copy', machine: view.name }
}

const lastOfRole: Guard = (view, planned, _plan, world) => {
  const role = planned.roles.find((one) => one !== 'control' && !world.machines.some((other) =>
    other.name !== view.name && other.planned?.roles.includes(one) === true && serves(other, one, world)))
  return role === undefined ? null : { code: 'last-of-role', machine: view.name, role }
}

/** A peer counts when its part of this role works; being outdated or a lone replica doesn't disqualify it. */
function serves(other: MachineView, role: Machine['roles'][number], world: World): boolean {
  if (other.facts === null) return false
  if (role === 'entry') return other.facts.entry?.healthy === true
  if (role === 'app') return other.facts.app?.healthy === true
  if (role === 'database') return other.facts.database?.role === 'primary'
  return problemsOf(other, world).length === 0
}

/** In the order in which they are asked; the first that objects gives the reason. */
export const REPLACE_GUARDS: readonly Guard[] = [ownMachine, storm, inFlight, etcdQuorum, lastGoodCopy, lastOfRole, budget]

/** Why a machine that the plan no longer has must stay for now, or null. */
export function removalRefusal(name: string, world: World): Reason | null {
  const leader = world.database.truth?.leader ?? null
  if (leader === null) return { code: 'database-leader-unknown', machine: name }
  if (leader === name) return { code: 'is-primary', machine: name }
  return quorumWithout(name, world)
}

/** A machine that was never claimed holds nothing: only these forbid beginning its birth again. */
const UNBORN_GUARDS: readonly Guard[] = [ownMachine, budget]

/** Why this machine must not be replaced now, or null. */
export function refusal(view: MachineView, world: World): Reason | null {
  if (world.plan === null || view.planned === null) return { code: 'no-desired-state' }
  const unborn = view.record?.phase === 'creating' || view.record?.phase === 'bearing'
  for (const guard of unborn ? UNBORN_GUARDS : REPLACE_GUARDS) {
    const reason = guard(view, view.planned, world.plan, world)
    if (reason !== null) return reason
  }
  return null
}
