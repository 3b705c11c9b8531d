/** What one drill and a round of them share on the command line: options, the connection, Ctrl-C, progress. */
import { join } from 'node:path'
import type { Command } from 'commander'
import { UserError } from '../lib/errors.ts'
import { connectStack, type StackConnection } from '../provision/stack-connection.ts'
import { drillStack } from '../report/drill-connection.ts'
import type { DrillReport } from '../report/drill-report.ts'
import { runDrill } from '../report/drill-run.ts'
import type { Drill } from '../report/drill.ts'
import { loadStack, type LoadedStack } from '../spec/load.ts'
import { startDrillProgress } from './drill-progress.ts'
import { loadOptions, withStackOptions, type StackOptions } from './options.ts'
import { note } from './output.ts'

export interface DrillFlags extends StackOptions {
  readonly timeout: string
}

export const DRILLS_DIRECTORY = join('.regrow', 'drills')

export const withDrillOptions = (command: Command): Command =>
  withStackOptions(command).option('--timeout <seconds>', 'how long to wait until everything is redundant again', '180')

/** Ctrl-C ends the drill and takes back what it has broken. */
export async function withStack(flags: DrillFlags, work: (loaded: LoadedStack, connection: StackConnection, signal: AbortSignal) => Promise<void>): Promise<void> {
  const loaded = await loadStack({ ...loadOptions(flags), values: 'optional' })
  const connection = await connectStack(loaded)
  const interrupted = new AbortController()
  const onInterrupt = (): void => interrupted.abort()
  process.once('SIGINT', onInterrupt)
  try {
    await work(loaded, connection, interrupted.signal)
  } catch (error) {
    if (!interrupted.signal.aborted) throw error
    note('interrupted: the client has stopped. What was broken is healed by the controller, if there is one. To see it: regrow status')
    process.exitCode = 130
  } finally {
    process.off('SIGINT', onInterrupt)
    await connection.close()
  }
}

interface DrillRun {
  readonly loaded: LoadedStack
  readonly connection: StackConnection
  readonly signal: AbortSignal
  readonly flags: DrillFlags
}

export async function drillWithProgress(drill: Drill, { loaded, connection, signal, flags }: DrillRun): Promise<DrillReport> {
  const recoveryMs = parseSeconds(flags.timeout) * 1000
  const progress = startDrillProgress(flags.json === true)
  try {
    return await runDrill(drill, drillStack(loaded, connection), {
      evidenceDirectory: join(loaded.directory, DRILLS_DIRECTORY),
      recoveryMs,
      signal,
      onPhase: progress.phase,
      onEvent: progress.event,
      onLive: progress.live,
    })
  } finally {
    progress.end()
  }
}

export function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (Number.isFinite(seconds) && seconds >= 1 && seconds <= 3600) return seconds
  throw new UserError(`--timeout should be 1 to 3600 seconds, not ${text}`, { next: '--timeout 180' })
}
