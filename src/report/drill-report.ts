/** A drill's report: every figure and whether it kept to its budgets; pure. */
import type { ClientReport } from '../load/client.ts'
import type { PathFigures } from '../load/analysis.ts'
import type { PathName } from '../load/path-record.ts'
import type { Machine } from '../plan/types.ts'
import { budgetsFor, holdAgainst, type BudgetResult, type Measures } from './budgets.ts'
import { LOSSES } from './drill-catalogue.ts'
import type { DrillTimes } from './drill-events.ts'
import { countStray } from './drill-replacements.ts'
import type { Claim } from './drill-stage.ts'
import { fullName, type Drill, type Measure, type Scene } from './drill.ts'

export interface DrillReport extends DrillTimes {
  /** `power-off db-primary` */
  readonly drill: string
  /** The machines that it was about: `app-1`, `app-1 and db-2`. */
  readonly target: string
  /** What was done to them. */
  readonly what: string
  readonly hypothesis: string
  /** ISO 8601. */
  readonly brokeAt: string
  /** Who was replaced how often, by the identity that is made at birth. */
  readonly replacements: Readonly<Record<string, number>>
  /** Who was made how often, by the provider's ids: a machine that was made and never born counts here alone. */
  readonly creations: Readonly<Record<string, number>>
  /** The longest time without a good answer, per path, from the break on. */
  readonly gapMs: Readonly<Record<PathName, number>>
  /** The same before the break: what the client's own interval and the host's noise amount to. */
  readonly steadyGapMs: Readonly<Record<PathName, number>>
  readonly ok: Readonly<Record<PathName, number>>
  readonly errors: Readonly<Record<PathName, number>>
  readonly errorKinds: Readonly<Record<PathName, Readonly<Record<string, number>>>>
  /** Writes that nobody answered: no error, no success. `done` and `notDone` say what reading back showed. */
  readonly unknown: { readonly total: number; readonly done: number; readonly notDone: number; readonly kinds: Readonly<Record<'vipWrite' | 'sql', Readonly<Record<string, number>>>> }
  /** Reads that were sent a second time, because the server had closed their connection; they are no errors yet. */
  readonly retriedReads: number
  readonly ackedWrites: number
  readonly ackedLost: number
  readonly duplicates: number
  readonly invariantHeld: boolean
  readonly invariantReads: number
  readonly readLatencyMs: { readonly p50: number | null; readonly p99: number | null }
  readonly budgets: readonly BudgetResult[]
  /** What else had to be so. */
  readonly claims: readonly Claim[]
  readonly passed: boolean
  /** The acknowledged writes, one JSON line each, that this judgement rests on. */
  readonly evidence: string
}

export interface DrillFindings {
  readonly drill: Drill
  readonly targets: readonly Machine[]
  /** As it was right before the break. */
  readonly scene: Scene
  readonly brokeMs: number
  readonly times: DrillTimes
  readonly replacements: ReadonlyMap<string, number>
  readonly creations: ReadonlyMap<string, number>
  readonly claims: readonly Claim[]
  /** What the script measured itself. */
  readonly figures: ReadonlyMap<Measure, number | null>
  readonly client: ClientReport
  readonly evidence: string
}

export function drillReport(found: DrillFindings): DrillReport {
  const { drill, targets, scene, brokeMs, times, replacements, creations, claims, client, evidence } = found
  const { paths, verdict } = client
  const each = <T>(figure: (figures: PathFigures) => T): Record<PathName, T> => ({ vipRead: figure(paths.vipRead), vipWrite: figure(paths.vipWrite), sql: figure(paths.sql) })
  const budgets = holdAgainst(budgetsFor(drill, targets, scene, LOSSES), measuresOf(found))
  return {
    drill: fullName(drill),
    target: namesOf(targets),
    what: drill.says(namesOf(targets)),
    hypothesis: drill.hypothesis,
    brokeAt: new Date(brokeMs).toISOString(),
    replacements: Object.fromEntries(replacements),
    creations: Object.fromEntries(creations),
    ...times,
    gapMs: each((figures) => figures.gapMs),
    steadyGapMs: each((figures) => figures.steadyGapMs),
    ok: each((figures) => figures.ok),
    errors: each((figures) => figures.errors),
    errorKinds: each((figures) => figures.errorKinds),
    unknown: {
      total: verdict.unknownDone + verdict.unknownNotDone,
      done: verdict.unknownDone,
      notDone: verdict.unknownNotDone,
      kinds: { vipWrite: paths.vipWrite.unknownKinds, sql: paths.sql.unknownKinds },
    },
    retriedReads: paths.vipRead.retries,
    ackedWrites: verdict.ackedWrites,
    ackedLost: verdict.ackedLost.length,
    duplicates: verdict.duplicates,
    invariantHeld: client.invariantBreaks === 0,
    invariantReads: client.invariantReads,
    readLatencyMs: { p50: paths.vipRead.p50Ms, p99: paths.vipRead.p99Ms },
    budgets,
    claims,
    passed: times.redundantMs !== null && [...budgets, ...claims].every(({ held }) => held),
    evidence,
  }
}

/** `app-1`, `app-1 and db-2`, `app-1, app-2 and db-1` */
export const namesOf = (machines: readonly Machine[]): string =>
  [machines.slice(0, -1).map((machine) => machine.name).join(', '), machines.at(-1)?.name].filter((part) => part !== '').join(' and ')

function measuresOf({ drill, targets, scene, times, replacements, creations, figures, client: { paths, verdict, invariantBreaks } }: DrillFindings): Measures {
  const stray = (counts: ReadonlyMap<string, number>): number => countStray(drill.ending.replaced, targets.map((machine) => machine.name), counts)
  return {
    vipReadGapMs: paths.vipRead.gapMs,
    vipWriteGapMs: paths.vipWrite.gapMs,
    sqlGapMs: paths.sql.gapMs,
    failedReads: paths.vipRead.errors,
    failedWrites: paths.vipWrite.errors,
    failedStatements: paths.sql.errors,
    ackedLost: verdict.ackedLost.length,
    duplicates: verdict.duplicates,
    invariantBreaks,
    strayReplacements: stray(replacements),
    strayCreations: stray(creations),
    writeP99Percent: figures.get('writeP99Percent') ?? null,
    deployMs: figures.get('deployMs') ?? null,
    rollbackMs: figures.get('rollbackMs') ?? null,
    changeOverMs: figures.get('changeOverMs') ?? null,
    readP99Ms: paths.vipRead.brokenP99Ms,
    noticedMs: times.detectedMs,
    replacementMs: times.replacementMs,
    redundantMs: times.redundantMs,
    redundantAfterConfirmMs: times.redundantMs === null ? null : Math.max(0, times.redundantMs - scene.plan.healing.confirmMs),
  }
}
