/** A check's own tables, in a schema of its own: made, read in the end, and removed. */
import type pg from 'pg'
import { waitFor } from '../lib/clock.ts'
import { OperationError } from '../lib/errors.ts'
import type { FinalState, Server, Transfer } from './history.ts'
import type { Line } from './line.ts'
import { SERVER_COLUMNS, serverOf, type ServerRow } from './server.ts'
import { OPENING } from './workload-bank.ts'

const PRIMARY_MS = 90_000

export const schemaOf = (run: string): string => `regrow_check_${run}`

/** `ids` and `transfers` have no unique index: a second copy must be possible to be found. */
const tables = (schema: string): string => `begin;
  drop schema if exists ${schema} cascade;
  create schema ${schema};
  create table ${schema}.ids (id int not null);
  create table ${schema}.lists (key int primary key, vals int[] not null);
  create table ${schema}.accounts (account int primary key, balance int not null);
  create table ${schema}.transfers (id int not null, from_account int not null, to_account int not null, amount int not null);
  create table ${schema}.commits (machine text not null, at timestamptz not null default clock_timestamp());
  insert into ${schema}.accounts select number - 1, balance from unnest(array[${OPENING.join(', ')}]) with ordinality as opening (balance, number);
  commit`

export const makeTables = (line: Line, schema: string): Promise<void> => onPrimary(line, async (client) => void (await client.query(tables(schema))))

export const dropTables = (line: Line, schema: string): Promise<void> => onPrimary(line, async (client) => void (await client.query(`drop schema if exists ${schema} cascade`)))

/** One transaction's view of everything. Servers that `isFit` refuses are asked again for a while: the last fault may still be settling. */
export const readFinal = (line: Line, schema: string, isFit: (server: Server) => boolean): Promise<FinalState> => onPrimary(line, async (client, server) => {
  if (!isFit(server)) throw new OperationError('SUPERSEDED', `${server.machine} has been superseded`)
  await client.query('begin isolation level repeatable read read only')
  const ids = await client.query<{ id: number }>(`select id from ${schema}.ids`)
  const lists = await client.query<{ key: number; vals: number[] }>(`select key, vals from ${schema}.lists order by key`)
  const transfers = await client.query<Transfer>(`select id, from_account as "from", to_account as "to", amount from ${schema}.transfers`)
  const balances = await client.query<{ balance: number }>(`select balance from ${schema}.accounts order by account`)
  await client.query('commit')
  return {
    server,
    ids: ids.rows.map(({ id }) => id),
    lists: lists.rows.map(({ key, vals }) => ({ key, values: vals })),
    transfers: transfers.rows,
    balances: balances.rows.map(({ balance }) => balance),
  }
})

const onPrimary = <T>(line: Line, work: (client: pg.Client, server: Server) => Promise<T>): Promise<T> => waitFor(async () => {
  try {
    const { client } = await line.open()
    const { rows } = await client.query<ServerRow>(`select ${SERVER_COLUMNS}`)
    const server = serverOf(rows[0])
    if (server.timeline === null) throw new OperationError('NOT_PRIMARY', `the database address led to ${server.machine}, which is a replica`)
    return { value: await work(client, server) }
  } catch (error) {
    line.drop()
    if (error instanceof OperationError && error.code === 'NAMELESS_SERVER') return { error }
    throw error
  }
}, { timeoutMs: PRIMARY_MS, everyMs: 500, what: 'a primary that answers' }).then((found) => {
  if ('error' in found) throw found.error
  return found.value
})
