/** The judge's own look at the primary: what is really there. */
import type pg from 'pg'
import { waitFor } from '../lib/clock.ts'
import { OperationError } from '../lib/errors.ts'
import { connectSql, type SqlTarget } from './sql.ts'
import type { Openings, ReadBack } from './verdict.ts'

const STATEMENT_MS = 20_000
const READ_BACK_MS = 60_000

const TABLE = `create table if not exists drill_writes (
  run text not null, id bigint not null, client int not null, seq int not null,
  at timestamptz not null default clock_timestamp(), primary key (run, id))`

const OPENINGS = `select a.id::text as id, a.balance
    - coalesce((select sum(amount) from transfers where to_account = a.id), 0)
    + coalesce((select sum(amount) from transfers where from_account = a.id), 0) as opening
  from accounts a`

/** Makes the table for the SQL writers and remembers what each account was opened with. */
export const prepare = (target: SqlTarget): Promise<Openings> =>
  onPrimary(target, async (client) => {
    await client.query(TABLE)
    return readOpenings(client)
  })

/** Everything of this run, in one transaction on the primary; removes the SQL writers' rows afterwards. */
export async function readBack(target: SqlTarget, run: string): Promise<ReadBack> {
  const found = await onPrimary(target, async (client) => {
    await client.query('begin isolation level repeatable read')
    const transfers = await client.query<{ id: string }>('select id from transfers where starts_with(id, $1)', [`drill-${run}-`])
    const rows = await client.query<{ id: string }>('select id::text as id from drill_writes where run = $1', [run])
    const openings = await readOpenings(client)
    await client.query('commit')
    return { transferIds: new Set(transfers.rows.map((row) => row.id)), sqlIds: new Set(rows.rows.map((row) => row.id)), openings }
  })
  await onPrimary(target, (client) => client.query('delete from drill_writes where run = $1', [run]))
  return found
}

async function readOpenings(client: pg.Client): Promise<Openings> {
  const { rows } = await client.query<{ id: string; opening: string }>(OPENINGS)
  return new Map(rows.map((row) => [row.id, Number(row.opening)]))
}

/** Tries again for a while: the last thing a drill does to a database may still be settling. */
const onPrimary = <T>(target: SqlTarget, work: (client: pg.Client) => Promise<T>): Promise<T> =>
  waitFor(async () => ({ value: await once(target, work) }), { timeoutMs: READ_BACK_MS, everyMs: 500, what: 'the primary to read back from' }).then(({ value }) => value)

async function once<T>(target: SqlTarget, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connectSql(target, STATEMENT_MS)
  try {
    const { rows } = await client.query<{ replica: boolean }>('select pg_is_in_recovery() as replica')
    if (rows[0]?.replica !== false) throw new OperationError('NOT_PRIMARY', 'the database address led to a replica')
    return await work(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}
