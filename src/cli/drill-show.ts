/** Reports of drills on a terminal: one in full, many as a table. */
import { relative } from 'node:path'
import { formatBudget, formatMeasure, formatMs } from '../report/budgets.ts'
import type { DrillReport } from '../report/drill-report.ts'
import { BUDGET_HEADER, budgetRows, courseSentence, PATH_HEADER, pathRows, writesSentence } from '../report/drill-text.ts'
import { paint, print, printTable } from './output.ts'

const mark = (held: boolean): string => (held ? paint('green', '✓') : paint('red', '✗ broken'))

export function showReport(report: DrillReport): void {
  print()
  print(`${paint('bold', report.drill)}  ${report.what}  ${report.passed ? paint('green', 'passed') : paint('red', 'failed')}`)
  print(paint('dim', report.hypothesis))
  print()
  printTable(PATH_HEADER, pathRows(report))
  print()
  printTable(BUDGET_HEADER, [...budgetRows(report, mark), ...report.claims.map(({ claim, held }) => [claim, held ? 'yes' : 'no', mark(held)])])
  print()
  print(courseSentence(report))
  print(writesSentence(report))
  print(paint('dim', `Reads took ${report.readLatencyMs.p50 ?? '?'} ms in the middle, ${report.readLatencyMs.p99 ?? '?'} ms at the 99th percentile; ${report.retriedReads} were sent twice. Acknowledged writes: ${relative('.', report.evidence)}`))
}

const HEADER = ['drill', 'of', 'reads gap', 'writes gap', 'failed', 'unknown', 'acked', 'lost', 'noticed', 'decided', 'replaced', 'whole', '']

const row = (report: DrillReport): string[] => [
  report.drill,
  report.target.length > 20 ? 'all' : report.target,
  formatMs(report.gapMs.vipRead),
  formatMs(report.gapMs.vipWrite),
  String(report.errors.vipRead + report.errors.vipWrite + report.errors.sql),
  String(report.unknown.total),
  String(report.ackedWrites),
  String(report.ackedLost),
  ...[report.detectedMs, report.decidedMs, report.replacedMs].map((ms) => (ms === null ? '-' : formatMs(ms))),
  formatMs(report.redundantMs),
  report.passed ? paint('green', '✓') : paint('red', '✗'),
]

/** A table, and below it each limit that was broken. */
export function showReports(reports: readonly DrillReport[]): void {
  print()
  printTable(HEADER, reports.map(row))
  print()
  for (const { drill, budgets, claims } of reports) {
    for (const budget of budgets.filter(({ held }) => !held)) print(paint('red', `${drill}: ${formatBudget(budget)}, and it was ${formatMeasure(budget.measure, budget.measured)}`))
    for (const { claim } of claims.filter(({ held }) => !held)) print(paint('red', `${drill}: not so: ${claim}`))
  }
  const passed = reports.filter((report) => report.passed).length
  print(`${passed} of ${reports.length} passed`)
}
