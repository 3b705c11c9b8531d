/** Rows with unique ids, one statement each. No index forbids a second one: a duplicate is to be seen, not refused. */
import { attemptStatement } from './attempt.ts'
import { SERVER_COLUMNS, serverOf, type ServerRow } from './server.ts'
import { resultOf, type Turn, type Workload } from './workload.ts'

const PER_WRITER = 10_000_000

export const ids: Workload = async ({ line, schema, writer, number }: Turn) => {
  const id = writer * PER_WRITER + number
  const attempt = await attemptStatement(line, 'write', async (client) => {
    const { rows } = await client.query<ServerRow>(`insert into ${schema}.ids (id) values ($1) returning ${SERVER_COLUMNS}`, [id])
    return { server: serverOf(rows[0]) }
  })
  return { is: 'id', writer, id, ...resultOf(attempt) }
}
