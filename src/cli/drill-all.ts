/** `regrow drill all`: every drill, one after the other; a round that was interrupted is gone on with. */
import { join } from 'node:path'
import type { Command } from 'commander'
import { waitFor } from '../lib/clock.ts'
import { OperationError, UserError } from '../lib/errors.ts'
import { DRILLS, findDrills } from '../report/drill-catalogue.ts'
import type { DrillReport } from '../report/drill-report.ts'
import { readRound, stillToRun, writeRound } from '../report/drill-round.ts'
import { fullName } from '../report/drill.ts'
import { DRILLS_DIRECTORY, drillWithProgress, withDrillOptions, withStack, type DrillFlags } from './drill-session.ts'
import { showReports } from './drill-show.ts'
import { note, paint, printJson } from './output.ts'

interface AllFlags extends DrillFlags {
  readonly only?: string
  readonly resume?: boolean
}

/** Between two drills. */
const CALM_MS = 120_000

export function registerDrillAll(drill: Command): void {
  withDrillOptions(drill.command('all').description('every drill, one after the other; exit code 1 when one failed'))
    .option('--only <drills>', 'families or drills, with commas: "cut,drift managed-file"')
    .option('--resume', 'go on with the last round: only what it has no report of')
    .action(all)
}

async function all(flags: AllFlags): Promise<void> {
  const chosen = flags.only === undefined ? DRILLS : flags.only.split(',').flatMap((words) => findDrills(words.trim()))
  await withStack(flags, async (loaded, connection, signal) => {
    const file = join(loaded.directory, DRILLS_DIRECTORY, 'round.json')
    const reports: DrillReport[] = flags.resume === true ? [...(await readRound(file))] : []
    const left = stillToRun(chosen, reports)
    const broken: string[] = []
    for (const [index, drill] of left.entries()) {
      if (flags.json !== true) note(paint('bold', `${index + 1} of ${left.length}: regrow drill ${fullName(drill)}`))
      await waitFor(async () => ((await connection.status()).converged ? true : undefined), { timeoutMs: CALM_MS, everyMs: 500, what: 'the stack to be whole before the next drill', signal })
      const report = await drillWithProgress(drill, { loaded, connection, signal, flags }).catch((error: unknown) => {
        if (signal.aborted) throw error
        // Not for this stack, or not as it is set up: the others still are.
        if (!(error instanceof UserError)) broken.push(fullName(drill))
        note(error instanceof UserError ? `not run: ${error.message}` : `${paint('red', 'broke off:')} ${error instanceof OperationError ? `${error.message} ${error.stderr ?? ''}` : String(error)}`)
      })
      if (report === undefined) continue
      reports.push(report)
      await writeRound(file, reports)
    }
    if (flags.json === true) printJson(reports)
    else showReports(reports)
    process.exitCode = broken.length === 0 && reports.every((report) => report.passed) ? 0 : 1
  })
}
