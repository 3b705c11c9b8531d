/** What a drill is: one failure, what we believe will happen, and the figures it must keep to. */
import type { StackEvent, StackStatus } from '../controller/api.ts'
import type { Reason } from '../decide/reason.ts'
import type { Machine, Plan } from '../plan/types.ts'
import type { Stage } from './drill-stage.ts'

/** Everything a drill may set a limit to. Times are in milliseconds, `readP99Ms` is reads' 99th percentile since the break, `writeP99Percent` is commits' 99th percentile in percent of a quiet one, the others are counts. */
export type Measure =
  | 'vipReadGapMs' | 'vipWriteGapMs' | 'sqlGapMs'
  | 'failedReads' | 'failedWrites' | 'failedStatements'
  | 'ackedLost' | 'duplicates' | 'invariantBreaks'
  | 'strayReplacements' | 'strayCreations'
  | 'writeP99Percent' | 'deployMs' | 'rollbackMs' | 'changeOverMs' | 'readP99Ms'
  | 'noticedMs' | 'replacementMs' | 'redundantMs' | 'redundantAfterConfirmMs'

export interface Budget {
  readonly measure: Measure
  readonly max: number
}

/** What a drill's choice of machine depends on. */
export interface Scene {
  readonly plan: Plan
  readonly status: StackStatus
  /** How often each machine was replaced within the last hour; the controller allows so many only. */
  readonly replacedLately: ReadonlyMap<string, number>
}

export type Family = 'power-off' | 'cut' | 'freeze' | 'drift' | 'hint' | 'controller' | 'terraform' | 'switchover' | 'reports' | 'etcd' | 'disk' | 'connections' | 'workers' | 'database' | 'release' | 'entry' | 'app' | 'certificate'

/** What must have become of the machines in the end. */
export interface Ending {
  /** `targets`: a new machine in place of each, made once, and of nobody else. `nobody`: every machine is the one that it was. */
  readonly replaced: 'targets' | 'nobody'
  /** One of these must have been a reason to hold. */
  readonly holds?: readonly Reason['code'][]
  /** Events about a target that must have been written, and some that must not. */
  readonly tells?: readonly StackEvent['kind'][]
  readonly neverTells?: readonly StackEvent['kind'][]
}

export interface Drill {
  /** As typed: `regrow drill <family> <name>`. */
  readonly family: Family
  readonly name: string
  /** What we believe, in one sentence that the drill can prove wrong. */
  readonly hypothesis: string
  /** The machines that it is about, in a healthy stack; empty when this stack has none such. */
  readonly targets: (scene: Scene) => readonly Machine[]
  /** What is done to them: `app-1 loses power`. */
  readonly says: (targets: string) => string
  /** Before the client begins: what must be in place. Not part of the failure. */
  readonly prepare?: (stage: Stage) => Promise<void>
  /** The failure, step by step. Gaps and times count from its begin. */
  readonly script: (stage: Stage) => Promise<void>
  /** Takes back what `prepare` and `script` left, whatever happened; faults heal and frozen machines thaw without it. */
  readonly cleanUp?: (stage: Stage) => Promise<void>
  /** Event by which the controller shows that it has noticed; null: there is nothing to be noticed. */
  readonly noticedBy: StackEvent['kind'] | null
  readonly ending: Ending
  /** One machine dies, and nothing else: it must be noticed and replaced as fast as ONE_DEAD_MACHINE says. */
  readonly deadMachine: boolean
  /** The targets stop serving for a while. */
  readonly takesAway: boolean
  /** What a person sees who watches. */
  readonly expect: string
  /** What this failure may cost, on top of EVERY_DRILL. */
  readonly budgets: readonly Budget[]
}

/** A machine that loses power, whichever it is: what `breaks` tells apart is what its loss may cost. */
export interface Loss extends Drill {
  /** True for the machines whose loss this drill is about. */
  readonly breaks: (machine: Machine, scene: Scene) => boolean
}

/** No failure may cost more than this, unless its drill says why. */
export const EVERY_DRILL: readonly Budget[] = [
  { measure: 'ackedLost', max: 0 },
  { measure: 'duplicates', max: 0 },
  { measure: 'invariantBreaks', max: 0 },
  { measure: 'strayReplacements', max: 0 },
  { measure: 'strayCreations', max: 0 },
]

export const ONE_DEAD_MACHINE: readonly Budget[] = [
  { measure: 'noticedMs', max: 2000 },
  { measure: 'replacementMs', max: 15_000 },
  { measure: 'redundantAfterConfirmMs', max: 15_000 },
]

/** For what must not be noticed by anybody. */
export const UNNOTICED: readonly Budget[] = [
  { measure: 'vipReadGapMs', max: 500 },
  { measure: 'vipWriteGapMs', max: 500 },
  { measure: 'sqlGapMs', max: 500 },
  { measure: 'failedReads', max: 0 },
  { measure: 'failedWrites', max: 0 },
  { measure: 'failedStatements', max: 0 },
]

/** `power-off app` */
export const fullName = ({ family, name }: Pick<Drill, 'family' | 'name'>): string => `${family} ${name}`
