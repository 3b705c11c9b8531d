/** Transactions with a time limit, through PgBouncer's transaction pooling: no session state, no named statements. */
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { DatabaseAway, isConflict, isRetryable } from './failure.ts'
import { guardParser } from './guard-parser.ts'
import { openGate, type Gate } from './gate.ts'

export interface Query {
  <Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>
}

export interface Database {
  /**
   * Runs `work` in one transaction and tries the whole again on errors of connection or serialization, until
   * `limitMs` has passed: so `work` must be idempotent. Throws `DatabaseAway` then; errors of statements pass through.
   */
  readonly transaction: <T>(limitMs: number, work: (query: Query) => Promise<T>) => Promise<T>
  readonly close: () => Promise<void>
}

const RETRY_MS = 20
const PROBE_MS = 60_000

export function openDatabase(url: string, connectionsMax: number): Database {
  const pool = new pg.Pool({ connectionString: url, max: connectionsMax, idleTimeoutMillis: 30_000, keepAlive: true, keepAliveInitialDelayMillis: 1000 })
  // An idle connection that breaks is dropped by the pool; the next caller gets a new one.
  pool.on('error', () => undefined)
  // One that breaks while it is lent out fails the next statement on it, which is where it is dealt with.
  pool.on('connect', (client) => {
    client.on('error', () => undefined)
    guardParser(client)
  })
  const gate = openGate(() => once(pool, performance.now() + PROBE_MS, { commitSent: false }, (query) => query('select 1')))
  return {
    transaction: (limitMs, work) => transaction(pool, gate, limitMs, work),
    close: () => {
      gate.stop()
      return pool.end()
    },
  }
}

async function transaction<T>(pool: pg.Pool, gate: Gate, limitMs: number, work: (query: Query) => Promise<T>): Promise<T> {
  const deadline = performance.now() + limitMs
  const attempt = { commitSent: false }
  let last: unknown = new Error('waiting for it to come back')
  while (await gate.pass(deadline - performance.now())) {
    try {
      return await once(pool, deadline, attempt, work)
    } catch (error) {
      if (!isRetryable(error)) throw error
      last = error
      if (performance.now() + RETRY_MS >= deadline) break
      if (isConflict(error)) await delay(RETRY_MS)
      else gate.shut()
    }
  }
  throw new DatabaseAway(attempt.commitSent ? 'unknown' : 'not-done', last)
}

async function once<T>(pool: pg.Pool, deadline: number, attempt: { commitSent: boolean }, work: (query: Query) => Promise<T>): Promise<T> {
  const leftMs = (): number => Math.max(1, Math.ceil(deadline - performance.now()))
  const client = await connect(pool, leftMs())
  // pg knows a time limit for each statement, its types do not: @types/pg#QueryConfig lacks query_timeout.
  const query: Query = async (text, values = []) => (await client.query({ text, values: [...values], query_timeout: leftMs() } as pg.QueryConfig)).rows as never
  try {
    await query('begin')
    const result = await work(query)
    attempt.commitSent = true
    await query('commit')
    client.release()
    return result
  } catch (error) {
    await abandon(client, query, error)
    throw error
  }
}

/** The pool's own time-out is fixed for all callers; this one is what is left of the caller's limit. */
async function connect(pool: pg.Pool, limitMs: number): Promise<pg.PoolClient> {
  const connecting = pool.connect()
  const timer = new AbortController()
  const late = delay(limitMs, undefined, { signal: timer.signal }).then(() => 'late' as const, () => 'late' as const)
  const first = await Promise.race([connecting, late])
  timer.abort()
  if (first !== 'late') return first
  // Whoever arrives after we left goes back to the pool.
  connecting.then((client) => client.release(), () => undefined)
  throw new Error(`no database connection within ${limitMs} ms`)
}

/** Rolls back where the connection still works; throws the connection away where it may not. */
async function abandon(client: pg.PoolClient, query: Query, error: unknown): Promise<void> {
  if (isRetryable(error)) {
    client.release(true)
    return
  }
  try {
    await query('rollback')
    client.release()
  } catch {
    client.release(true)
  }
}
