/** `regrow check --for` and `--history`: does the running database keep its promises, and did it in a saved run? */
import { join } from 'node:path'
import { checkTargets, judgeSaved, startCheck, type CheckCounters, type CheckReport, type RunningCheck } from '../check/check.ts'
import { sleep } from '../lib/clock.ts'
import { UserError } from '../lib/errors.ts'
import { connectStack } from '../provision/stack-connection.ts'
import { checkLines, checkVerdict, violationLine, violationMeaning } from '../report/check-text.ts'
import { parseDuration } from '../spec/duration.ts'
import { loadStack } from '../spec/load.ts'
import { loadOptions, type StackOptions } from './options.ts'
import { formatTable, paint, print, printJson } from './output.ts'
import { startProgress, type Progress } from './progress.ts'

export interface DataCheckFlags extends StackOptions {
  readonly for?: string
  readonly writers: string
  readonly history?: string
}

const CHECKS_DIRECTORY = join('.regrow', 'checks')
const PROGRESS_EVERY_MS = 5000
const WRITERS_MAX = 500
const SHOWN_MAX = 20

export async function checkHistory(directory: string, json: boolean): Promise<void> {
  show(await judgeSaved(directory), directory, json)
}

export async function checkData(flags: DataCheckFlags): Promise<void> {
  const forMs = parseDuration(flags.for ?? '')
  if (forMs === undefined) throw new UserError(`--for should be a duration such as 60s or 10m, not ${flags.for}`, { next: 'regrow check --for 60s' })
  const writers = Number(flags.writers)
  if (!Number.isInteger(writers) || writers < 1 || writers > WRITERS_MAX) throw new UserError(`--writers should be 1 to ${WRITERS_MAX}, not ${flags.writers}`, { next: '--writers 32' })
  const loaded = await loadStack({ ...loadOptions(flags), values: 'optional' })
  const connection = await connectStack(loaded)
  const { plan, tls, secrets } = connection
  await connection.close()

  const directory = join(loaded.directory, CHECKS_DIRECTORY, new Date().toISOString().replaceAll(':', '-'))
  const progress = startProgress(flags.json === true)
  const check = await startCheck({ targets: checkTargets(plan, tls), user: plan.database.user, password: secrets.stack.passwords.postgresApp, writers, directory })
  progress.step(`${writers} writers are at work; their history: ${directory}`)
  await untilOver(check, forMs, progress)
  progress.step('the writers stop; everything is read back and judged')
  show(await check.stop(), directory, flags.json === true)
}

/** Ctrl-C ends it early, and there is a verdict all the same. */
async function untilOver(check: RunningCheck, forMs: number, progress: Progress): Promise<void> {
  const interrupted = new AbortController()
  const onInterrupt = (): void => interrupted.abort()
  process.once('SIGINT', onInterrupt)
  const endMs = Date.now() + forMs
  while (!interrupted.signal.aborted && Date.now() < endMs) {
    await sleep(Math.min(PROGRESS_EVERY_MS, Math.max(1, endMs - Date.now())), interrupted.signal).catch(() => undefined)
    progress.step(counted(check.counters()))
  }
  process.off('SIGINT', onInterrupt)
}

const counted = ({ acked, failed, unknown, silentMs, longestGapMs, server }: CheckCounters): string =>
  `${acked} writes acknowledged${server === null ? '' : ` (now by ${server.machine}, timeline ${server.timeline})`}, ${failed} failed, ${unknown} unknown; longest gap ${(longestGapMs / 1000).toFixed(2)} s${silentMs > 1000 ? `, silent for ${(silentMs / 1000).toFixed(1)} s` : ''}`

function show(report: CheckReport, directory: string, json: boolean): void {
  process.exitCode = report.verdict === 'held' ? 0 : 1
  if (json) return printJson({ ...report, directory })
  const rows = Object.entries(report.workloads).map(([name, figures]) =>
    [name, figures.acked, figures.failed, `${figures.unknown} (${figures.unknownDone} done)`, figures.reads, figures.lost, figures.duplicated, figures.phantom, figures.otherViolations].map(String))
  for (const line of formatTable(['WORKLOAD', 'ACKED', 'FAILED', 'UNKNOWN', 'READS', 'LOST', 'DUPLICATED', 'PHANTOM', 'OTHER'], rows)) print(line)
  print()
  for (const line of checkLines(report)) print(line)
  print()
  for (const [kind, count] of Object.entries(report.violationCounts)) print(`${paint('red', `${count} ${kind}`)}  ${violationMeaning(kind as keyof CheckReport['violationCounts'])}`)
  for (const violation of report.violations.slice(0, SHOWN_MAX)) print(`  ${violationLine(violation)}`)
  if (report.violations.length > SHOWN_MAX) print(paint('dim', `  … (${join(directory, 'report.json')} has more, with the records that prove them)`))
  print(`${paint(report.verdict === 'held' ? 'green' : 'red', report.verdict)}  ${checkVerdict(report)}`)
  print(paint('dim', `judge it again: regrow check --history ${directory}`))
}
