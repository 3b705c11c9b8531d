/** A soak's report on a terminal. */
import { relative } from 'node:path'
import { percentile } from '../load/analysis.ts'
import { checkLines, checkVerdict, violationLine } from '../report/check-text.ts'
import { formatMs } from '../report/budgets.ts'
import { byKind, doneFaults, type RoundReport, type SoakReport } from '../soak/report.ts'
import { paint, print, printTable } from './output.ts'

const SHOWN_MAX = 20

/** `writes paused for 1.72 s; whole after 18.4 s` */
export function roundLine({ gapMs, wholeMs, failedWrites, faults }: RoundReport): string {
  const refused = faults.flatMap((fault) => (fault.refused === null ? [] : [`${fault.what}: not done, ${fault.refused}`]))
  const failed = failedWrites === 0 ? [] : [`${failedWrites} writes failed`]
  return [`writes paused for ${formatMs(gapMs)}`, ...failed, wholeMs === null ? paint('red', 'not whole again in time') : `whole after ${formatMs(wholeMs)}`, ...refused].join('; ')
}

const range = (values: readonly number[]): string =>
  values.length === 0 ? '-' : `${formatMs(percentile(values, 50) ?? 0)}${values.length === 1 ? '' : ` (${formatMs(Math.min(...values))} to ${formatMs(Math.max(...values))})`}`

export function showSoak(report: SoakReport, directory: string): void {
  const rows = [...byKind(report.rounds)].map(([kind, rounds]) => [
    kind,
    String(rounds.length),
    range(rounds.map(({ gapMs }) => gapMs)),
    range(rounds.flatMap(({ wholeMs }) => (wholeMs === null ? [] : [wholeMs]))),
    String(rounds.reduce((sum, { failedWrites }) => sum + failedWrites, 0)),
    String(rounds.reduce((sum, { unknownWrites }) => sum + unknownWrites, 0)),
  ])
  print()
  printTable(['fault', 'rounds', 'writes paused', 'whole after', 'failed', 'unknown'], rows)
  print()
  for (const line of checkLines(report.check)) print(line)
  for (const violation of report.check.violations.slice(0, SHOWN_MAX)) print(paint('red', `  ${violationLine(violation)}`))
  print()
  const acked = Object.values(report.check.workloads).reduce((sum, figures) => sum + figures.acked, 0)
  print(`seed ${report.seed}: ${report.faults} faults in ${report.rounds.length} rounds, ${formatMs(report.endedMs - report.startedMs)}; ${acked} acknowledged writes`)
  for (const complaint of report.notWhole) print(paint('red', `not whole: ${complaint}`))
  const refused = report.rounds.flatMap(({ faults }) => faults).length - doneFaults(report.rounds).length
  if (refused > 0) print(paint('dim', `${refused} faults could not be done, and don't count`))
  print(`${report.passed ? paint('green', 'held') : paint('red', 'broken')}  ${report.faults === 0 ? 'nothing was broken, so nothing is proven' : checkVerdict(report.check)}`)
  print(paint('dim', `judge it again: regrow check --history ${relative('.', directory)}`))
}
