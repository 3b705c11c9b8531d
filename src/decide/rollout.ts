/** Pure: how a new revision reaches the machines: one at a time, each verified before the next; then surplus ones leave. */
import type { Role } from '../plan/types.ts'
import { act, hold, type Decision, type Rule } from './decision.ts'
import { removalRefusal, type Guards } from './guards.ts'
import { problemsOf } from './health.ts'
import { isOutdated } from './outdated.ts'
import { migrationBefore } from './releases.ts'
import { replaceWithin } from './replacement.ts'
import { restarts } from './restarts.ts'
import type { MachineView, World } from './world.ts'

/** How long a machine may be unwell after an update before the roll-out stops there. */
export const SETTLE_MS = 30_000

/** A release that has its own time to start is taken back before its roll-out counts as stopped. */
const settleMs = ({ plan }: World): number => Math.max(SETTLE_MS, 1.5 * (plan?.app.startupMs ?? 0))

/** What others depend on comes last; the primary and the controller's own machine at the very end. */
const ORDER: readonly Role[] = ['entry', 'app', 'database', 'control']

export const rollout: Rule = (world, guards) => {
  const members = world.machines.filter((view) => view.planned !== null)
  const busy = world.machines.find((view) => view.inFlight)
  if (busy !== undefined) return [hold('rollout', { code: 'updating', machine: busy.name })]
  const outdated = members.filter(isOutdated).toSorted((left, right) => rank(left, world) - rank(right, world) || left.name.localeCompare(right.name))
  const unwell = members.filter((view) => !isOutdated(view) && problemsOf(view, world).length > 0)
  const sick = unwell[0]
  if (sick !== undefined) return [waitOrStop(sick, outdated, world)]
  const next = outdated[0]
  const waits = next === undefined ? null : migrationBefore(next, world)
  if (waits !== null) return [hold('rollout', waits)]
  if (next !== undefined) return [push(next)]
  const leader = world.database.truth?.leader ?? null
  if (world.database.configured === false && leader !== null) {
    return [act('configure', { code: 'database-settings-outdated', machine: leader }, { kind: 'configure-database', machine: leader })]
  }
  const restarted = restarts(world, guards)
  if (restarted.length > 0) return restarted
  const resized = resize(world, guards)
  return resized.length > 0 ? resized : surplus(world)
}

function rank(view: MachineView, world: World): number {
  // An unwell machine comes first: the new revision may be its cure.
  if (unwellApartFromRevision(view, world)) return -1
  const last = Math.max(...(view.planned?.roles ?? []).map((role) => ORDER.indexOf(role)), sendsToNewcomers(view, world) ? ORDER.indexOf('database') : -1)
  return last * 2 + (world.database.truth?.leader === view.name ? 1 : 0) + (sendsToNewcomers(view, world) ? 1.5 : 0)
}

/** An entry machine that is to send requests to application machines which it does not know yet: first the database machines open their doors to those. Not while others leave. */
const sendsToNewcomers = (view: MachineView, { machines }: World): boolean => {
  const known = view.facts?.entry?.upstreams
  return known !== undefined && machines.some(({ name, planned }) => planned?.roles.includes('app') === true && known[name] === undefined) && machines.every(({ planned }) => planned !== null)
}

const unwellApartFromRevision = (view: MachineView, world: World): boolean =>
  problemsOf({ ...view, wantedRevision: view.facts?.revision ?? null }, world).length > 0

const unwellMs = (view: MachineView, world: World): number => world.nowMs - (view.unwellSinceMs ?? world.nowMs)

/** An up-to-date machine that is unwell: with updates pending it holds the roll-out, and in time stops it. */
function waitOrStop(sick: MachineView, outdated: readonly MachineView[], world: World): Decision {
  const problems = problemsOf(sick, world)
  const failed = sick.facts?.applying?.error ?? null
  if (outdated.length === 0 && failed === null) return hold('health', { code: 'unwell', machine: sick.name, problems })
  if (failed !== null || unwellMs(sick, world) > settleMs(world)) return hold('rollout', { code: 'rollout-stopped', machine: sick.name, problems })
  return hold('rollout', { code: 'waiting-for-membership', machine: sick.name, problems })
}

/** A machine that is unwell ranks first, so a healthy one is updated only when no outdated one is unwell. */
const push = (next: MachineView): Decision =>
  act('push', { code: 'manifest-outdated', machine: next.name, from: next.facts?.revision ?? null, to: next.wantedRevision ?? '' }, { kind: 'push', machine: next.name })

/** What can't be changed in place is replaced, one machine at a time, within the guards of any replacement; the primary when another leads. */
function resize(world: World, guards: Guards): readonly Decision[] {
  const wishes = world.machines.filter((view) => hasOtherSize(view) && world.database.truth?.leader !== view.name)
    .map((view) => replaceWithin(view, world, guards, { rule: 'replace', cause: { code: 'size-outdated', machine: view.name }, accepted: ['mode-observe'] }))
  return wishes.filter((decision) => decision.kind === 'act').slice(0, 1)
}

/** Machines that keep their old size because a guard forbids to replace them now: nothing is wrong with them, but it is to be said. */
export const pendingSizes: Rule = (world) =>
  world.machines.filter(hasOtherSize).map((view) => hold('resize', { code: 'size-pending', machine: view.name, primary: world.database.truth?.leader === view.name }))

function hasOtherSize({ record, planned }: MachineView): boolean {
  if (record?.phase !== 'member' || record.size === null || planned === null) return false
  const { cpus, memoryMb, diskGb } = record.size
  return cpus !== planned.size.cpus || memoryMb !== planned.size.memoryMb || diskGb !== planned.size.diskGb
}

function surplus(world: World): readonly Decision[] {
  const leaving = world.machines.find((view) => view.planned === null && view.record !== null && !view.inFlight)
  if (leaving === undefined) return []
  const reason = removalRefusal(leaving.name, world)
  if (reason !== null) return [hold('remove', reason)]
  return [act('remove', { code: 'machine-surplus', machine: leaving.name }, { kind: 'remove', machine: leaving.name })]
}
