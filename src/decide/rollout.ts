/** Pure: how a new revision reaches the machines: one at a time, each verified before the next; then surplus ones leave. */
import type { Role } from '../plan/types.ts'
import { act, hold, type Decision, type Rule } from './decision.ts'
import { problemsOf } from './health.ts'
import type { MachineView, World } from './world.ts'

/** How long a machine may be unwell after an update before the roll-out stops there. */
export const SETTLE_MS = 30_000

/** What others depend on comes last; the primary and the controller's own machine at the very end. */
const ORDER: readonly Role[] = ['entry', 'app', 'database', 'control']

export const rollout: Rule = (world) => {
  const members = world.machines.filter((view) => view.planned !== null)
  const busy = members.find((view) => view.inFlight)
  if (busy !== undefined) return [hold('rollout', { code: 'updating', machine: busy.name })]
  const outdated = members.filter(isOutdated).toSorted((left, right) => rank(left, world) - rank(right, world) || left.name.localeCompare(right.name))
  const unwell = members.filter((view) => !isOutdated(view) && problemsOf(view, world).length > 0)
  const sick = unwell[0]
  if (sick !== undefined) return [waitOrStop(sick, outdated, world)]
  const next = outdated[0]
  if (next !== undefined) return [push(next, outdated, world)]
  const leader = world.database.truth?.leader ?? null
  if (world.database.configured === false && leader !== null) {
    return [act('configure', { code: 'database-settings-outdated', machine: leader }, { kind: 'configure-database', machine: leader })]
  }
  return surplus(world)
}

export const isOutdated = (view: MachineView): boolean =>
  view.facts !== null && view.wantedRevision !== null && view.facts.revision !== view.wantedRevision && view.facts.applying?.revision !== view.wantedRevision

function rank(view: MachineView, world: World): number {
  // An unwell machine comes first: the new revision may be its cure.
  if (unwellApartFromRevision(view, world)) return -1
  const last = Math.max(...(view.planned?.roles ?? []).map((role) => ORDER.indexOf(role)))
  return last * 2 + (world.database.truth?.leader === view.name ? 1 : 0)
}

const unwellApartFromRevision = (view: MachineView, world: World): boolean =>
  problemsOf({ ...view, wantedRevision: view.facts?.revision ?? null }, world).length > 0

/** An up-to-date machine that is unwell: with updates pending it holds the roll-out, and in time stops it. */
function waitOrStop(sick: MachineView, outdated: readonly MachineView[], world: World): Decision {
  const problems = problemsOf(sick, world)
  const failed = sick.facts?.applying?.error ?? null
  const unwellMs = world.nowMs - (sick.unwellSinceMs ?? world.nowMs)
  if (outdated.length === 0 && failed === null) return hold('health', { code: 'unwell', machine: sick.name, problems })
  if (failed !== null || unwellMs > SETTLE_MS) return hold('rollout', { code: 'rollout-stopped', machine: sick.name, why: problems.join('; ') })
  return hold('rollout', { code: 'waiting-for-membership', machine: sick.name, problems })
}

function push(next: MachineView, outdated: readonly MachineView[], world: World): Decision {
  const others = outdated.filter((view) => view.name !== next.name && unwellApartFromRevision(view, world)).map((view) => view.name)
  if (others.length > 0) return hold('rollout', { code: 'waiting-for-others', machine: next.name, others })
  return act('push', { code: 'manifest-outdated', machine: next.name, from: next.facts?.revision ?? null, to: next.wantedRevision ?? '' }, { kind: 'push', machine: next.name })
}

function surplus(world: World): readonly Decision[] {
  const leaving = world.machines.find((view) => view.planned === null && view.record !== null && !view.inFlight)
  return leaving === undefined ? [] : [act('remove', { code: 'machine-surplus', machine: leaving.name }, { kind: 'remove', machine: leaving.name })]
}
