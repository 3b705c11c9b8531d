/** Values appended to lists and lists read, in transactions; a list is one row, so its order is the order of commits. */
import type pg from 'pg'
import { attemptStatement, attemptTransaction } from './attempt.ts'
import type { ListOperation, Server } from './history.ts'
import type { KeyRing } from './key-ring.ts'
import { SERVER_COLUMNS, serverOf, type ServerRow } from './server.ts'
import { resultOf, type Turn, type Workload } from './workload.ts'

type Appends = ListOperation['appends']
type Reads = ListOperation['reads']

/** In turn: one value appended; one appended to each of two lists, and two read; two read. */
export const lists = (ring: KeyRing): Workload => async (turn) => {
  const { line, schema, writer, number } = turn
  if (number % 3 === 2) return readOnly(turn, [ring.key(), ring.key()])
  // In the order of keys, so that two transactions never wait for each other.
  const appends = (number % 3 === 0 ? [ring.append()] : [ring.append(), ring.append()]).toSorted((a, b) => a.key - b.key)
  const keys = number % 3 === 0 ? [] : [ring.key(), ...appends.slice(0, 1).map(({ key }) => key)]
  const attempt = await attemptTransaction(line, 'begin', async (client) => {
    const server = await append(client, schema, appends)
    const reads = keys.length === 0 ? [] : (await read(client, schema, keys)).reads
    return { server, reads }
  })
  return { is: 'list', writer, appends, reads: attempt.outcome === 'ok' ? attempt.value.reads : [], ...resultOf(attempt) }
}

async function readOnly({ line, schema, writer }: Turn, keys: readonly number[]): Promise<ListOperation> {
  const attempt = await attemptStatement(line, 'read', (client) => read(client, schema, keys))
  return { is: 'list', writer, appends: [], reads: attempt.outcome === 'ok' ? attempt.value.reads : [], ...resultOf(attempt) }
}

async function append(client: pg.Client, schema: string, appends: Appends): Promise<Server> {
  let server: Server | undefined
  for (const { key, value } of appends) {
    const { rows } = await client.query<ServerRow>(
      `insert into ${schema}.lists as list (key, vals) values ($1, array[$2::int])
       on conflict (key) do update set vals = list.vals || excluded.vals returning ${SERVER_COLUMNS}`, [key, value])
    server = serverOf(rows[0])
  }
  return server as Server
}

async function read(client: pg.Client, schema: string, keys: readonly number[]): Promise<{ readonly server: Server; readonly reads: Reads }> {
  const { rows } = await client.query<ServerRow & { key: number; vals: number[] | null }>(
    `select wanted.key, list.vals, ${SERVER_COLUMNS} from unnest($1::int[]) as wanted (key) left join ${schema}.lists as list using (key)`, [[...new Set(keys)]])
  return { server: serverOf(rows[0]), reads: rows.map(({ key, vals }) => ({ key, values: vals ?? [] })) }
}
