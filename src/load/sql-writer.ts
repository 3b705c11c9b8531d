/** One client that inserts rows through PgBouncer, one statement at a time, and remembers which were acknowledged. */
import type pg from 'pg'
import type { AckedLog } from './acked-log.ts'
import { failureKind, statementOutcome } from './outcome.ts'
import { takeTurns } from './pace.ts'
import { addAnswer, preciseNowMs, type Outcome, type PathRecord } from './path-record.ts'
import { connectSql, type SqlTarget } from './sql.ts'

export interface SqlWriter {
  /** With the columns of `drill_writes`, which it is when left out. */
  readonly table?: string
  readonly target: SqlTarget
  readonly run: string
  readonly client: number
  readonly perSecond: number
  /** Where in the interval its turn is, 0 to 1: so that the writers together write evenly. */
  readonly offset: number
  readonly record: PathRecord
  readonly acked: AckedLog
  /** Ids of statements whose outcome nobody told. */
  readonly unknown: Set<string>
}

/** Longer than any failover: a queued statement waits, it does not fail. */
const STATEMENT_MS = 60_000
const CLIENT_IDS = 1_000_000

const insertInto = (table: string): string => `insert into ${table} (run, id, client, seq) values ($1, $2, $3, $4)`

/** `cut` ends a statement that hangs, too; `signal` lets it finish. */
export async function writeSql(writer: SqlWriter, signal: AbortSignal, cut: AbortSignal): Promise<void> {
  let connection: pg.Client | null = null
  cut.addEventListener('abort', () => void end(connection), { once: true })
  await takeTurns(writer.perSecond, writer.offset, signal, async (seq) => {
    const id = writer.client * CLIENT_IDS + seq
    const sentMs = preciseNowMs()
    const done = await insert(connection, writer, id, seq)
    connection = done.connection
    if (done.outcome.is === 'ok') writer.acked.append({ path: 'sql', id: String(id), atMs: preciseNowMs() })
    if (done.outcome.is === 'unknown') writer.unknown.add(String(id))
    addAnswer(writer.record, sentMs, preciseNowMs(), done.outcome)
  })
  await end(connection)
}

/** A connection that failed is not used again: PgBouncer may have closed it, or half a conversation may be in it. */
async function insert(open: pg.Client | null, writer: SqlWriter, id: number, seq: number): Promise<{ outcome: Outcome; connection: pg.Client | null }> {
  let connection = open
  try {
    connection ??= await connectSql(writer.target, STATEMENT_MS)
  } catch (error) {
    const code = (error as { code?: unknown }).code
    return { outcome: { is: 'error', kind: typeof code === 'string' && code.length === 5 ? `login-${code}` : `login-${failureKind(error)}` }, connection: null }
  }
  try {
    await connection.query(insertInto(writer.table ?? 'drill_writes'), [writer.run, id, writer.client, seq])
    return { outcome: { is: 'ok' }, connection }
  } catch (error) {
    void end(connection)
    return { outcome: statementOutcome(error), connection: null }
  }
}

const end = (connection: pg.Client | null): Promise<void> => connection?.end().catch(() => undefined) ?? Promise.resolve()
