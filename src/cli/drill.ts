/** `regrow drill`: breaks one thing on purpose, measures what an independent client notices, and holds it to a budget. */
import { join, relative } from 'node:path'
import type { Command } from 'commander'
import { UserError } from '../lib/errors.ts'
import { connectStack } from '../provision/stack-connection.ts'
import { formatBudget } from '../report/budgets.ts'
import { DRILLS, findDrill } from '../report/drill-catalogue.ts'
import { drillStack } from '../report/drill-connection.ts'
import type { DrillReport } from '../report/drill-report.ts'
import { runDrill } from '../report/drill-run.ts'
import { BUDGET_HEADER, budgetRows, courseSentence, PATH_HEADER, pathRows, writesSentence } from '../report/drill-text.ts'
import { EVERY_DRILL } from '../report/drill.ts'
import { loadStack } from '../spec/load.ts'
import { startDrillProgress } from './drill-progress.ts'
import { loadOptions, withStackOptions, type StackOptions } from './options.ts'
import { note, paint, print, printJson, printTable } from './output.ts'

interface DrillFlags extends StackOptions {
  readonly timeout: string
}

export function registerDrill(program: Command): void {
  const drill = program.command('drill').description('break one thing on purpose, and measure what a client notices')
  withStackOptions(drill.command('power-off').description('a machine loses power; exit code 1 when a budget is broken'))
    .argument('<loss>', DRILLS.map(({ name }) => name).join(', '))
    .option('--timeout <seconds>', 'how long to wait until everything is redundant again', '180')
    .action(powerOff)
  drill.command('list').description('what can be drilled, and its budgets').option('--json', 'as JSON').action(list)
}

function list({ json }: { readonly json?: boolean }): void {
  if (json === true) return printJson(DRILLS.map(({ name, hypothesis, expect, budgets }) => ({ drill: `power-off ${name}`, hypothesis, expect, budgets: [...budgets, ...EVERY_DRILL] })))
  for (const { name, hypothesis, expect, budgets } of DRILLS) {
    print(`${paint('bold', `regrow drill power-off ${name}`)}  ${hypothesis}`)
    print(`  ${paint('dim', expect)}`)
    print(`  ${budgets.map(formatBudget).join(', ')}`)
    print()
  }
  print(`Every drill: ${EVERY_DRILL.map(formatBudget).join(', ')}`)
}

async function powerOff(name: string, options: DrillFlags): Promise<void> {
  const drill = findDrill(name)
  const recoveryMs = parseSeconds(options.timeout) * 1000
  const loaded = await loadStack({ ...loadOptions(options), values: 'optional' })
  const connection = await connectStack(loaded)
  const interrupted = new AbortController()
  const progress = startDrillProgress(options.json === true)
  const onInterrupt = (): void => interrupted.abort()
  process.once('SIGINT', onInterrupt)
  try {
    const report = await runDrill(drill, drillStack(connection), {
      evidenceDirectory: join(loaded.directory, '.regrow', 'drills'),
      recoveryMs,
      signal: interrupted.signal,
      onPhase: progress.phase,
      onEvent: progress.event,
      onLive: progress.live,
    })
    progress.end()
    if (options.json === true) printJson(report)
    else showReport(report)
    process.exitCode = report.passed ? 0 : 1
  } catch (error) {
    progress.end()
    if (!interrupted.signal.aborted) throw error
    note('interrupted: the client has stopped. What was broken is healed by the controller, if there is one. To see it: regrow status')
    process.exitCode = 130
  } finally {
    process.off('SIGINT', onInterrupt)
    await connection.close()
  }
}

function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (Number.isFinite(seconds) && seconds >= 1 && seconds <= 3600) return seconds
  throw new UserError(`--timeout should be 1 to 3600 seconds, not ${text}`, { next: '--timeout 180' })
}

export function showReport(report: DrillReport): void {
  const mark = (held: boolean): string => (held ? paint('green', '✓') : paint('red', '✗ broken'))
  print()
  print(`${paint('bold', report.drill)}  ${report.target} lost power  ${report.passed ? paint('green', 'passed') : paint('red', 'failed')}`)
  print(paint('dim', report.hypothesis))
  print()
  printTable(PATH_HEADER, pathRows(report))
  print()
  printTable(BUDGET_HEADER, budgetRows(report, mark))
  print()
  print(courseSentence(report))
  print(writesSentence(report))
  print(paint('dim', `Reads took ${report.readLatencyMs.p50 ?? '?'} ms in the middle, ${report.readLatencyMs.p99 ?? '?'} ms at the 99th percentile; ${report.retriedReads} were sent twice. Acknowledged writes: ${relative('.', report.evidence)}`))
}
