/** Eight clients that write through PgBouncer all the time, each row with an id of its own, and the reading back of what they wrote. */
import { sleep, waitFor } from '../../src/lib/clock.ts'
import type { AckedLog } from '../../src/load/acked-log.ts'
import { emptyRecord, preciseNowMs, type PathRecord } from '../../src/load/path-record.ts'
import { connectSql, type SqlTarget } from '../../src/load/sql.ts'
import { writeSql } from '../../src/load/sql-writer.ts'
import { judgeRows, type RowVerdict } from './judge-rows.ts'

export const WRITERS = 8
export const WRITES_PER_SECOND_EACH = 20
const STATEMENT_MS = 30_000
/** Writes flow when there was one within so long, all the while. */
const PULSE_MS = 500
const FLOW_MS = 3000
const STALL_MAX_MS = 180_000

/** Without a key: a write that was applied twice shows. */
const TABLE = 'bench_writes'
const CREATE = `create table if not exists ${TABLE} (run text not null, id bigint not null, client int not null, seq int not null)`

export interface Load {
  readonly record: PathRecord
  /** Until at least `minMs` after `fromMs` have gone by, and writes have flowed for three seconds. */
  readonly untilFlowing: (fromMs: number, minMs: number) => Promise<void>
  /** Stops the writers and reads back from the primary. */
  readonly finish: () => Promise<RowVerdict>
  readonly abandon: () => Promise<void>
}

export async function startLoad(target: SqlTarget, run: string): Promise<Load> {
  await once(target, CREATE)
  const record = emptyRecord()
  const ackedIds: string[] = []
  const unknown = new Set<string>()
  const acked: AckedLog = { file: '', append: ({ id }) => void ackedIds.push(id), close: () => undefined }
  const [stopped, cut] = [new AbortController(), new AbortController()]
  const writers = Promise.all(Array.from({ length: WRITERS }, (_, client) =>
    writeSql({ target, table: TABLE, run, client, perSecond: WRITES_PER_SECOND_EACH, offset: client / WRITERS, record, acked, unknown }, stopped.signal, cut.signal)))
  return {
    record,
    untilFlowing: async (fromMs, minMs) => {
      let flowingSince: number | null = null
      await waitFor(async () => {
        const nowMs = preciseNowMs()
        const flows = nowMs - (record.okMs.at(-1) ?? 0) < PULSE_MS
        flowingSince = flows ? (flowingSince ?? nowMs) : null
        return flowingSince !== null && nowMs - flowingSince >= FLOW_MS && nowMs - fromMs >= minMs ? true : undefined
      }, { timeoutMs: STALL_MAX_MS, everyMs: 50, what: 'writes to flow again' })
    },
    finish: async () => {
      stopped.abort()
      await writers
      // What a server still had under way is done by then, or never.
      await sleep(PULSE_MS)
      const rows = await waitFor(() => once(target, `select id::text as id, count(*)::int as times from ${TABLE} where run = '${run}' group by id`), { timeoutMs: STALL_MAX_MS, everyMs: 500, what: 'the primary to read back from' })
      await once(target, `truncate ${TABLE}`)
      return judgeRows(ackedIds, unknown, new Map(rows.map(({ id, times }) => [String(id), Number(times)])))
    },
    abandon: async () => {
      stopped.abort()
      cut.abort()
      await writers
    },
  }
}

async function once(target: SqlTarget, statement: string): Promise<readonly Record<string, unknown>[]> {
  const client = await connectSql(target, STATEMENT_MS)
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows
  } finally {
    await client.end().catch(() => undefined)
  }
}
