/** Pure: those problems of a machine that are its own and that a restart of one unit may cure. */
import type { ServedPart } from '../render/manifest.ts'
import { problemsOf } from './health.ts'
import type { Problem } from './problem.ts'
import { rememberedByMachine, rememberedByWorld } from './remembered.ts'
import type { MachineView, World } from './world.ts'

export interface Ailment {
  /** The same on two machines means the same ailment. */
  readonly kind: string
  readonly problem: Problem
  readonly unit: string
  /** How long it may last before anything is done: programs start again by themselves, and take a while. */
  readonly graceMs: number
}

const FAILED_MS = 3_000
const STARTING_MS = 20_000
const ENGINE_MS = 45_000
/** Words of an engine that has given up. A replica's troubles are another rule's (stuck-replicas.ts). */
const GIVEN_UP = /fail|crash|stopped/

export const ailmentsOf = rememberedByMachine((view: MachineView, world: World): readonly Ailment[] => {
  if (view.record?.phase !== 'member' || view.facts === null) return []
  const problems = problemsOf(view, world)
  if (problems.length === 0) return []
  const down = problems.filter((problem) => problem.code === 'unit-down')
  const ailments = problems.flatMap((problem): Ailment[] => {
    const unit = unitBehind(problem, view)
    return unit === undefined ? [] : [{ kind: `${problem.code} ${unit}`, problem, unit, graceMs: graceOf(problem) }]
  })
  // A part that stands on a unit that is down has no ailment of its own.
  return ailments.filter((one) => one.problem.code === 'unit-down' || !down.some((problem) => problem.unit === one.unit))
})

function push(lists: Map<string, string[]>, key: string, name: string): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [name])
  else list.push(name)
}

/** Who has which kind of ailment. */
export const sufferersOf = rememberedByWorld((world) => {
  const sufferers = new Map<string, string[]>()
  for (const view of world.machines) {
    for (const kind of new Set(ailmentsOf(view, world).map((ailment) => ailment.kind))) push(sufferers, kind, view.name)
  }
  return sufferers
})

function unitBehind(problem: Problem, view: MachineView): string | undefined {
  const part = servedBy(problem)
  return problem.code === 'unit-down' ? problem.unit : part === undefined ? undefined : view.servingUnits[part]
}

function servedBy(problem: Problem): ServedPart | undefined {
  switch (problem.code) {
    case 'app-unhealthy': return 'app'
    case 'entry-unhealthy': return 'entry'
    case 'etcd-unhealthy': return 'etcd'
    case 'database-no-facts': return 'database'
    case 'lock-without-primary': return GIVEN_UP.test(problem.state) ? 'database' : undefined
    default: return undefined
  }
}

function graceOf(problem: Problem): number {
  if (problem.code === 'unit-down') return problem.state === 'failed' ? FAILED_MS : STARTING_MS
  return problem.code === 'app-unhealthy' || problem.code === 'entry-unhealthy' ? STARTING_MS : ENGINE_MS
}
