/** The independent client: readers and writers from outside, all at once, bounded in rate and time. */
import { openAckedLog, readAckedLog } from './acked-log.ts'
import { figuresOf, longestGapMs, type PathFigures } from './analysis.ts'
import { emptyRecord, PATH_NAMES, preciseNowMs, type PathName, type PathRecord } from './path-record.ts'
import { prepare, readBack } from './read-back.ts'
import type { SqlTarget } from './sql.ts'
import { writeSql } from './sql-writer.ts'
import { judge, type Verdict } from './verdict.ts'
import { openWeb, type WebTarget } from './web.ts'
import { emptyInvariant, invariantBreaks, readInvariant, readWeb, watchInvariant } from './web-reader.ts'
import { writeWeb } from './web-writer.ts'

export interface ClientOptions {
  readonly web: WebTarget
  readonly sql: SqlTarget
  /** Letters and digits, unique: marks everything that this client writes. */
  readonly run: string
  /** Where acknowledged writes are recorded. */
  readonly ackedFile: string
  /** It stops by itself after this time, whatever happens to its caller. */
  readonly maxMs: number
}

/** What is known while it runs. */
export interface PathCounters {
  readonly ok: number
  readonly errors: number
  readonly unknown: number
  /** Since the last good answer. */
  readonly silentMs: number
  readonly longestGapMs: number
}
export type Counters = Readonly<Record<PathName, PathCounters>>

export interface ClientReport {
  readonly paths: Readonly<Record<PathName, PathFigures>>
  readonly verdict: Verdict
  readonly invariantReads: number
  /** Readings of another sum than the one that must never change; null without any reading. */
  readonly invariantBreaks: number | null
}

export interface RunningClient {
  readonly counters: () => Counters
  /** From now on gaps count: call it right before something is broken. */
  readonly markBreak: () => void
  /** Stops sending, waits for what is under way, reads everything back and judges. */
  readonly finish: () => Promise<ClientReport>
  /** Stops at once, without a judgement. */
  readonly abandon: () => Promise<void>
}

const READS_PER_SECOND = 100
const WEB_WRITERS = 4
const SQL_WRITERS = 4
const WRITES_PER_SECOND_EACH = 10
// The first connections and their TLS take their time: not yet the steady state.
const WARM_UP_MS = 1000
const INVARIANT_READS_PER_SECOND = 4

export async function startClient(options: ClientOptions): Promise<RunningClient> {
  const openings = await prepare(options.sql)
  const web = openWeb(options.web)
  const acked = openAckedLog(options.ackedFile)
  const records: Record<PathName, PathRecord> = { vipRead: emptyRecord(), vipWrite: emptyRecord(), sql: emptyRecord() }
  const unknown = { vipWrite: new Set<string>(), sql: new Set<string>() }
  const invariant = emptyInvariant()
  const stopped = new AbortController()
  const cut = new AbortController()
  const timer = setTimeout(() => stopped.abort(), options.maxMs)
  const steadyMs = preciseNowMs() + WARM_UP_MS
  let breakMs = steadyMs

  const common = { run: options.run, perSecond: WRITES_PER_SECOND_EACH, acked }
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
  const running = Promise.all([
    readWeb(web, READS_PER_SECOND, records.vipRead, stopped.signal),
    watchInvariant(web, invariant, INVARIANT_READS_PER_SECOND, stopped.signal),
    ...numbers(WEB_WRITERS).map((client) => writeWeb({ ...common, web, client, offset: client / WEB_WRITERS, record: records.vipWrite, unknown: unknown.vipWrite }, stopped.signal)),
    ...numbers(SQL_WRITERS).map((client) => writeSql({ ...common, target: options.sql, client, offset: client / SQL_WRITERS, record: records.sql, unknown: unknown.sql }, stopped.signal, cut.signal)),
  ])

  const stop = async (): Promise<void> => {
    clearTimeout(timer)
    stopped.abort()
    await running
    acked.close()
  }
  return {
    counters: () => countersOf(records, breakMs),
    markBreak: () => {
      breakMs = preciseNowMs()
    },
    finish: async () => {
      const endMs = preciseNowMs()
      await stop()
      const found = await readBack(options.sql, options.run)
      await readInvariant(web, invariant)
      await web.close()
      const figures = (name: PathName): PathFigures => figuresOf(records[name], { steadyMs, breakMs, endMs })
      return {
        paths: { vipRead: figures('vipRead'), vipWrite: figures('vipWrite'), sql: figures('sql') },
        verdict: judge(readAckedLog(options.ackedFile), unknown, openings, found),
        invariantReads: [...invariant.sums.values()].reduce((sum, count) => sum + count, 0),
        invariantBreaks: invariantBreaks(invariant),
      }
    },
    abandon: async () => {
      cut.abort()
      await Promise.all([web.close(), stop()])
    },
  }
}

function countersOf(records: Record<PathName, PathRecord>, breakMs: number): Counters {
  const nowMs = preciseNowMs()
  const one = ({ okMs, failures }: PathRecord): PathCounters => ({
    ok: okMs.length,
    errors: failures.filter((failure) => failure.is === 'error').length,
    unknown: failures.filter((failure) => failure.is === 'unknown').length,
    silentMs: Math.round(nowMs - (okMs.at(-1) ?? nowMs)),
    longestGapMs: Math.round(longestGapMs(okMs, breakMs, nowMs)),
  })
  return Object.fromEntries(PATH_NAMES.map((name) => [name, one(records[name])])) as unknown as Counters
}
