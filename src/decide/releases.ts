/**
 * Pure: a new release of the application proves itself or goes. What is to be done once before it comes first; then the roll-out brings it to one machine
 * after the other. Where it is not healthy in time, or can't even be had, all machines go back to the proven one.
 */
import { act, hold, type Decision, type Rule } from './decision.ts'
import { problemsOf } from './health.ts'
import type { Reason } from './reason.ts'
import { isOutdated } from './outdated.ts'
import type { MachineView, ReleaseView, World } from './world.ts'

export const releases: Rule = (world) => {
  const { release, plan } = world
  if (release === null || plan === null || release.proven) return []
  const apps = appsOf(world)
  const failure = failureOf(release, apps, world, plan.app.startupMs)
  if (failure !== null) {
    const { machine, reason } = failure
    // With nothing to go back to it is an ill application like any other.
    if (release.fallback === null) return reason.code === 'migration-failed' ? [hold('release', reason)] : []
    return [act('release', reason, { kind: 'roll-back', machine, release: release.id, why: reason.code, ...('error' in reason ? { words: reason.error } : {}) })]
  }
  const [first] = apps
  if (first === undefined) return []
  const settled = release.migration.state === 'none' || release.migration.state === 'done'
  if (!settled) return migration(release, apps, world)
  if (!apps.every((view) => isWell(view, world))) return []
  return [release.beside
    ? act('release', { code: 'change-over', release: release.id }, { kind: 'change-over', machine: first.name, release: release.id })
    : act('release', { code: 'release-proven', release: release.id }, { kind: 'prove-release', machine: first.name, release: release.id })]
}

const appsOf = (world: World): readonly MachineView[] => world.machines.filter((view) => view.planned?.roles.includes('app') === true)

const isWell = (view: MachineView, world: World): boolean =>
  view.record?.phase === 'member' && !view.inFlight && !isOutdated(view) && problemsOf(view, world).length === 0 && (world.release?.beside !== true || view.facts?.app?.beside?.healthy === true)

/** Whoever has begun it goes on with it; otherwise the first that can. */
function migration({ id, migration: { state, ...rest } }: ReleaseView, apps: readonly MachineView[], world: World): readonly Decision[] {
  const begun = apps.find((view) => state === 'running' && 'machine' in rest && view.name === rest.machine)
  const fit = (view: MachineView): boolean => view.facts !== null && (view.record?.phase === 'member' || view.record?.phase === 'joining')
  const machine = [begun, ...apps].find((view) => view !== undefined && fit(view))
  if (machine === undefined || world.database.truth?.leader == null) return []
  return machine.inFlight ? [] : [act('release', { code: 'migration-due', machine: machine.name, release: id }, { kind: 'migrate', machine: machine.name, release: id })]
}

/** Where a release waits for what comes before it; null: it need not. */
export function migrationBefore(view: MachineView, { release }: World): Reason | null {
  if (release === null || release.proven || view.planned?.roles.includes('app') !== true) return null
  const { migration } = release
  if (migration.state === 'none' || migration.state === 'done') return null
  return { code: 'awaiting-migration', machine: view.name, on: 'machine' in migration ? migration.machine : null }
}

interface Failure {
  readonly machine: string
  readonly reason: Reason
}

function failureOf({ id, migration: before }: ReleaseView, apps: readonly MachineView[], world: World, startupMs: number): Failure | null {
  if (before.state === 'failed') return { machine: before.machine, reason: { code: 'migration-failed', machine: before.machine, error: before.error } }
  const current = apps.filter((view) => view.record?.phase === 'member' && !view.inFlight && view.facts !== null)
  for (const view of current) {
    const applying = view.facts?.applying ?? null
    if (applying?.error != null && applying.revision === view.wantedRevision) return { machine: view.name, reason: { code: 'release-refused', machine: view.name, release: id, error: applying.error } }
  }
  const sick = current.find((view) => view.facts?.revision === view.wantedRevision && isAppSick(view, world) && world.nowMs - (view.unwellSinceMs ?? world.nowMs) >= startupMs)
  if (sick === undefined) return null
  // Well on all others: then it is this machine that is ill. A release without users yet may go for less.
  const others = apps.filter((view) => view.name !== sick.name)
  if (world.release?.beside !== true && others.length > 0 && others.every((view) => isWell(view, world))) return null
  return { machine: sick.name, reason: { code: 'release-unhealthy', machine: sick.name, release: id, forMs: world.nowMs - (sick.unwellSinceMs ?? world.nowMs) } }
}

const isAppSick = (view: MachineView, world: World): boolean =>
  problemsOf(view, world).some((problem) => problem.code === (world.release?.beside === true ? 'next-unhealthy' : 'app-unhealthy') || (problem.code === 'unit-down' && problem.unit === view.servingUnits.app))
