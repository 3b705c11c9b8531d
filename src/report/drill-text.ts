/** A drill's report in words and tables for a person; pure. */
import { PATH_NAMES, type PathName } from '../load/path-record.ts'
import { formatBudget, formatMeasure, formatMs } from './budgets.ts'
import type { DrillReport } from './drill-report.ts'

export const PATH_WORDS: Readonly<Record<PathName, string>> = { vipRead: 'reads', vipWrite: 'writes', sql: 'SQL writes' }

export const PATH_HEADER = ['', 'answers', 'longest gap', 'before', 'errors', 'unknown']

/** One row a path. An unknown outcome exists for writes only. */
export const pathRows = (report: DrillReport): string[][] =>
  PATH_NAMES.map((path) => [
    PATH_WORDS[path],
    String(report.ok[path]),
    formatMs(report.gapMs[path]),
    formatMs(report.steadyGapMs[path]),
    formatCounts(report.errors[path], report.errorKinds[path]),
    path === 'vipRead' ? '-' : formatCounts(sum(report.unknown.kinds[path]), report.unknown.kinds[path]),
  ])

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((total, count) => total + count, 0)

/** `0`, or `3 (timeout 2, reset 1)` */
function formatCounts(total: number, kinds: Readonly<Record<string, number>>): string {
  const each = Object.entries(kinds).map(([kind, count]) => `${kind} ${count}`)
  return each.length === 0 ? String(total) : `${total} (${each.join(', ')})`
}

export const BUDGET_HEADER = ['budget', 'measured', '']

export const budgetRows = (report: DrillReport, mark: (held: boolean) => string): string[][] =>
  report.budgets.map((budget) => [formatBudget(budget), formatMeasure(budget.measure, budget.measured), mark(budget.held)])

/** Of a drill that was to replace nobody only what happened is said. */
export function courseSentence({ detectedMs, confirmedMs, decidedMs, replacedMs, redundantMs }: DrillReport): string {
  if (decidedMs === null && redundantMs !== null) {
    return `${detectedMs === null ? '' : `noticed after ${formatMs(detectedMs)}; `}nobody was replaced; everything redundant after ${formatMs(redundantMs)}.`
  }
  const steps = [
    detectedMs === null ? 'not noticed by any controller' : `noticed after ${formatMs(detectedMs)}`,
    ...(confirmedMs === null ? [] : [`confirmed after ${formatMs(confirmedMs)}`]),
    decidedMs === null ? 'no decision to replace it' : `replacement decided after ${formatMs(decidedMs)}`,
    replacedMs === null ? 'not a member again' : `a full member again after ${formatMs(replacedMs)}`,
    redundantMs === null ? 'not redundant again' : `everything redundant after ${formatMs(redundantMs)}`,
  ]
  return `${steps.join('; ')}.`
}

export function writesSentence({ ackedWrites, ackedLost, unknown, invariantHeld, invariantReads }: DrillReport): string {
  const lost = ackedLost === 0 ? 'none lost' : `${ackedLost} LOST`
  const open = unknown.total === 0 ? '' : ` Of ${unknown.total} without an answer ${unknown.done} were done and ${unknown.notDone} were not.`
  return `${ackedWrites} acknowledged writes, ${lost}.${open} The sum of all balances ${invariantHeld ? 'held' : 'DID NOT HOLD'} in ${invariantReads} readings.`
}
