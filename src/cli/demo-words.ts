/** What the demo says in the end, and when it is cut short: figures, addresses, and the commands to go on with. */
import { basename, join, relative } from 'node:path'
import { formatBudget, formatMeasure, formatMs } from '../report/budgets.ts'
import type { DrillReport } from '../report/drill-report.ts'
import { DEFAULT_FILE } from '../spec/next-command.ts'
import { note, paint, print, printJson, printTable } from './output.ts'

export interface DemoFlags {
  readonly dir: string
  readonly network: string
  readonly once?: boolean
  readonly json?: boolean
}

export const specFile = (flags: DemoFlags): string => join(flags.dir, DEFAULT_FILE)

/** As typed here: from a clone the program is not on the PATH. */
export function command(words: string): string {
  const program = process.argv[1] ?? 'regrow'
  return `${basename(program) === 'regrow' ? 'regrow' : relative('.', program)} ${words}`
}

const HEADER = ['power loss of', 'reads gap', 'writes gap', 'failed', 'acked', 'lost', 'rebuilt in', 'whole after', '']

const row = ({ drill, target, gapMs, errors, ackedWrites, ackedLost, decidedMs, replacedMs, redundantMs, passed }: DrillReport): string[] => [
  `${target} (${drill.replace('power-off ', '')})`,
  formatMs(gapMs.vipRead),
  formatMs(gapMs.vipWrite),
  String(errors.vipRead + errors.vipWrite + errors.sql),
  String(ackedWrites),
  String(ackedLost),
  formatMs(replacedMs === null || decidedMs === null ? null : replacedMs - decidedMs),
  formatMs(redundantMs),
  passed ? paint('green', '✓') : paint('red', '✗'),
]

export function showResult(reports: readonly DrillReport[], url: string, flags: DemoFlags): void {
  if (flags.json === true) return printJson({ url: flags.once === true ? null : url, directory: flags.once === true ? null : flags.dir, reports })
  print()
  printTable(HEADER, reports.map(row))
  print()
  for (const { drill, budgets } of reports) {
    for (const budget of budgets.filter((one) => !one.held)) print(paint('red', `${drill}: ${formatBudget(budget)}, and it was ${formatMeasure(budget.measure, budget.measured)}`))
  }
  if (flags.once === true) return
  print(`The stack still runs: ${paint('bold', url)}   (a page to watch while you break things)`)
  print(`  look     ${command(`status --file ${specFile(flags)}`)}`)
  print(`  break    ${command(`drill power-off db-standby --file ${specFile(flags)}`)}`)
  print(`  remove   ${command(`destroy --yes --file ${specFile(flags)}`)}`)
}

export function noteWhatRuns(flags: DemoFlags, interrupted: boolean): void {
  if (flags.json === true) return
  note('')
  note(interrupted ? 'Interrupted. What was made of the demo is still there, and what runs goes on running:' : 'The demo did not come to its end. What was made of it is still there:')
  note(`  go on    ${command(`demo --dir ${flags.dir}`)}`)
  note(`  look     ${command(`status --file ${specFile(flags)}`)}`)
  note(`  remove   ${command(`destroy --yes --file ${specFile(flags)}`)}`)
}
