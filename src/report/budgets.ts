/** Holds what was measured against what a drill allows; pure. */
import type { Machine } from '../plan/types.ts'
import { EVERY_DRILL, ONE_DEAD_MACHINE, type Budget, type Drill, type Loss, type Measure, type Scene } from './drill.ts'

/** Null: it never came to an end, so there is no figure; that breaks the budget. */
export type Measures = Readonly<Record<Measure, number | null>>

export interface BudgetResult extends Budget {
  readonly measured: number | null
  readonly held: boolean
}

export const holdAgainst = (budgets: readonly Budget[], measures: Measures): BudgetResult[] =>
  budgets.map((budget) => {
    const measured = measures[budget.measure]
    return { ...budget, measured, held: measured !== null && measured <= budget.max }
  })

/**
 * The limits for these very machines. A machine with several roles (layout compact) is several losses at once: what
 * one of `losses` allows or leaves open, taking it away may cost.
 */
export function budgetsFor(drill: Drill, targets: readonly Machine[], scene: Scene, losses: readonly Loss[]): Budget[] {
  const alsoBroken = drill.takesAway ? losses.filter((other) => other !== drill && targets.some((target) => other.breaks(target, scene))) : []
  const own = drill.budgets.flatMap((budget) => {
    const others = COSTS.includes(budget.measure) ? alsoBroken.map((other) => other.budgets.find((one) => one.measure === budget.measure)?.max ?? Infinity) : []
    const max = Math.max(budget.max, ...others)
    return max === Infinity ? [] : [{ ...budget, max }]
  })
  const common = [...(drill.deadMachine ? ONE_DEAD_MACHINE : []), ...EVERY_DRILL]
  return [...own, ...common.filter((budget) => !drill.budgets.some((one) => one.measure === budget.measure))]
}

/** What a client pays, as opposed to how fast a machine is back. */
const COSTS: readonly Measure[] = ['vipReadGapMs', 'vipWriteGapMs', 'sqlGapMs', 'failedReads', 'failedWrites', 'failedStatements', 'readP99Ms']

type Unit = 'time' | 'count' | 'percent'
const WORDS: Readonly<Record<Measure, readonly [string, Unit]>> = {
  vipReadGapMs: ['gap of reads', 'time'],
  vipWriteGapMs: ['gap of writes', 'time'],
  sqlGapMs: ['gap of SQL writes', 'time'],
  failedReads: ['failed reads', 'count'],
  failedWrites: ['failed writes', 'count'],
  failedStatements: ['failed SQL writes', 'count'],
  ackedLost: ['acknowledged writes lost', 'count'],
  duplicates: ['writes applied twice or by half', 'count'],
  invariantBreaks: ['readings of another sum', 'count'],
  strayReplacements: ['replacements too many or too few', 'count'],
  strayCreations: ['machines made too many or too few', 'count'],
  writeP99Percent: ['commits at the 99th percentile, against quiet ones', 'percent'],
  deployMs: ['deployed', 'time'],
  rollbackMs: ['back at the release before', 'time'],
  changeOverMs: ['changed over', 'time'],
  readP99Ms: ['reads at the 99th percentile', 'time'],
  noticedMs: ['noticed', 'time'],
  replacementMs: ['decision to full member', 'time'],
  redundantMs: ['redundant', 'time'],
  redundantAfterConfirmMs: ['redundant after healing.confirm', 'time'],
}

export const measureName = (measure: Measure): string => WORDS[measure][0]

/** `0.42 s`, `12.3 s`; `never` for null. */
export function formatMs(ms: number | null): string {
  if (ms === null) return 'never'
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`
}

export function formatMeasure(measure: Measure, value: number | null): string {
  const unit = WORDS[measure][1]
  if (unit === 'time') return formatMs(value)
  if (value === null) return 'unknown'
  return unit === 'percent' ? `${Math.round(value)} %` : String(value)
}

/** `gap of reads ≤ 0.5 s`, `failed reads 0` */
export function formatBudget({ measure, max }: Budget): string {
  const [words, unit] = WORDS[measure]
  if (unit === 'time') return `${words} ≤ ${max / 1000} s`
  if (unit === 'percent') return `${words} ≤ ${max} %`
  return max === 0 ? `no ${words}` : `${words} ≤ ${max}`
}
