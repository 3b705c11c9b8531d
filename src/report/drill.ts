/** What a drill is: one failure, what we believe will happen, and the figures it must keep to. */
import type { StackStatus } from '../controller/api.ts'
import type { Machine, Plan } from '../plan/types.ts'

/** Everything a drill may set a limit to. Times are in milliseconds, the others are counts. */
export type Measure =
  | 'vipReadGapMs' | 'vipWriteGapMs' | 'sqlGapMs'
  | 'failedReads' | 'failedWrites' | 'failedStatements'
  | 'ackedLost' | 'duplicates' | 'invariantBreaks'
  | 'replacementMs'

export interface Budget {
  readonly measure: Measure
  readonly max: number
}

/** What a drill's choice of machine depends on. */
export interface Scene {
  readonly plan: Plan
  readonly status: StackStatus
}

export interface Drill {
  /** As typed: `regrow drill power-off <name>`. */
  readonly name: string
  /** What we believe, in one sentence that the drill can prove wrong. */
  readonly hypothesis: string
  /** True for the machine whose loss this drill is about. */
  readonly breaks: (machine: Machine, scene: Scene) => boolean
  /** `controller`: it replaces the machine by itself. `operator`: nobody can, until somebody asks for it. */
  readonly healedBy: 'controller' | 'operator'
  /** What a person sees who watches. */
  readonly expect: string
  /** What this loss may cost, on top of EVERY_DRILL. */
  readonly budgets: readonly Budget[]
  /** First cell of its row in docs/failure-model.md. */
  readonly failureModelRow: string
}

/** No loss of one machine may cost more than this, whichever machine it is. */
export const EVERY_DRILL: readonly Budget[] = [
  { measure: 'ackedLost', max: 0 },
  { measure: 'duplicates', max: 0 },
  { measure: 'invariantBreaks', max: 0 },
  { measure: 'replacementMs', max: 15_000 },
]

const holds = (scene: Scene, vip: 'entry' | 'database', machine: Machine): boolean =>
  scene.status.vips.some((one) => one.name === vip && one.holders.includes(machine.name))

export const holdsEntry = (machine: Machine, scene: Scene): boolean => machine.roles.includes('entry') && holds(scene, 'entry', machine)
export const isPrimary = (machine: Machine, { status }: Scene): boolean => machine.roles.includes('database') && status.database.leader === machine.name
