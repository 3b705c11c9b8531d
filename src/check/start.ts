/** Runs a check: writers through the application's path, polls past it, a history on disk; then the verdict from that history. */
import { randomBytes } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { join } from 'node:path'
import { writeFileAtomic } from '../lib/write-file.ts'
import { takeTurns } from '../load/pace.ts'
import { preciseNowMs } from '../load/path-record.ts'
import { startCounting, type CheckCounters } from './counters.ts'
import { openHistory, readHistory, type HistoryFile } from './history-file.ts'
import { isWrite, WORKLOADS, type Ending, type WorkloadName } from './history.ts'
import { judgeHistory } from './judge.ts'
import { makeKeyRing } from './key-ring.ts'
import { openLine, type Line } from './line.ts'
import type { CheckReport } from './report.ts'
import { dropTables, makeTables, readFinal, schemaOf } from './tables.ts'
import { sqlTarget, type CheckTargets, type Login } from './targets.ts'
import { watchMachines } from './watch.ts'
import { bank, OPENING } from './workload-bank.ts'
import { ids } from './workload-ids.ts'
import { lists } from './workload-lists.ts'
import type { Workload } from './workload.ts'

export interface CheckOptions extends Login {
  readonly targets: CheckTargets
  /** All three by default. Writers are dealt out to them in turn. */
  readonly workloads?: readonly WorkloadName[]
  /** 32 by default, each with a connection of its own. */
  readonly writers?: number
  /** Operations of each writer, at most; 5 by default. */
  readonly perSecond?: number
  /** Where the history goes; must have none yet. */
  readonly directory: string
  /** Ends the writers at once, with what they have under way. `stop` still gives a verdict. */
  readonly signal?: AbortSignal
}

export interface RunningCheck {
  readonly run: string
  readonly directory: string
  readonly counters: () => CheckCounters
  /** The longest gap of writes since the last lap, ended or not; the next lap begins. */
  readonly lapGapMs: () => number
  /** Lets the writers finish (10 s at most for each statement), reads everything back and judges. */
  readonly stop: () => Promise<CheckReport>
}

const WRITERS = 32
const PER_SECOND = 5
export const REPORT_FILE = 'report.json'

/** Resolves once the tables are there and the writers have begun. Rejects when there is no primary to make tables on. */
export async function startCheck(options: CheckOptions): Promise<RunningCheck> {
  const { targets, directory, workloads = WORKLOADS, writers = WRITERS, perSecond = PER_SECOND } = options
  const run = randomBytes(4).toString('hex')
  const schema = schemaOf(run)
  const poolers = targets.poolers.map((endpoint) => sqlTarget(targets, options, endpoint))
  const own = openLine(poolers)
  await makeTables(own, schema)
  own.drop()
  const history = openHistory(directory)
  history.append({ is: 'begin', atMs: preciseNowMs(), run, writers, workloads, opening: OPENING })

  const counting = startCounting()
  const stopped = new AbortController()
  setMaxListeners(0, stopped.signal)
  const newest = { timeline: 0 }
  const works = makeWorkloads()
  const lines = Array.from({ length: writers }, (_, writer) => openLine(poolers, Math.floor(writer / workloads.length)))
  options.signal?.addEventListener('abort', () => {
    stopped.abort()
    for (const line of lines) line.drop()
  }, { once: true })
  const writing = Promise.all(lines.map(async (line, writer) => {
    const work = works[workloads[writer % workloads.length] as WorkloadName]
    await takeTurns(perSecond, writer / writers, stopped.signal, async (number) => {
      const operation = await work({ line, schema, writer, number })
      history.append(operation)
      counting.count(operation)
      if (operation.outcome === 'ok' && isWrite(operation)) newest.timeline = Math.max(newest.timeline, operation.server.timeline ?? 0)
    })
    line.drop()
  }))
  const watching = watchMachines({ targets, login: options, schema, append: history.append }, stopped.signal)

  return {
    run,
    directory,
    counters: counting.read,
    lapGapMs: counting.lapGapMs,
    stop: async () => {
      const atMs = preciseNowMs()
      stopped.abort()
      await Promise.all([writing, watching])
      history.append({ is: 'end', atMs, ...(await readState(own, schema, newest.timeline)) })
      return conclude(history, directory, own, schema)
    },
  }
}

const makeWorkloads = (): Readonly<Record<WorkloadName, Workload>> => ({ ids, lists: lists(makeKeyRing(Math.random)), bank: bank(Math.random) })

async function readState(line: Line, schema: string, newestTimeline: number): Promise<Ending> {
  try {
    return { state: await readFinal(line, schema, ({ timeline }) => (timeline ?? 0) >= newestTimeline) }
  } catch (error) {
    const { cause } = error as { cause?: unknown }
    return { state: null, kind: cause instanceof Error ? cause.message : String(error) }
  }
}

/** The verdict is made from the file, as anybody can make it again. Tables that prove a violation stay. */
async function conclude(history: HistoryFile, directory: string, line: Line, schema: string): Promise<CheckReport> {
  history.close()
  const report = await judgeSaved(directory)
  await writeFileAtomic(join(directory, REPORT_FILE), `${JSON.stringify(report, null, 2)}\n`, { mode: 0o600 })
  // Left behind they are in nobody's way, and the verdict stands without it.
  if (report.verdict === 'held') await dropTables(line, schema).catch(() => undefined)
  line.drop()
  return report
}

/** The verdict on a history that is on disk. */
export const judgeSaved = async (directory: string): Promise<CheckReport> => judgeHistory(await readHistory(directory))
