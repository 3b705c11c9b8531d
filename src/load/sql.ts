/** SQL connections from outside to the PgBouncer of an app machine: TLS with the stack's own CA, then a password. */
import pg from 'pg'
import { guardParser } from './guard-parser.ts'

export interface SqlTarget {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string
  /** Null: in the clear (loopback only). */
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string } | null
}

const CONNECT_MS = 5000

/** One connection. `statementMs` is how long the client waits for one answer; a queued statement may wait that long. */
export async function connectSql(target: SqlTarget, statementMs: number, connectMs = CONNECT_MS): Promise<pg.Client> {
  const { tls, ...where } = target
  const client = new pg.Client({
    ...where,
    // `host` here is what the certificate is checked against: pg hands over only names, not addresses.
    ...(tls === null ? {} : { ssl: { ...tls, host: target.host } as pg.ClientConfig['ssl'] & object }),
    connectionTimeoutMillis: connectMs,
    query_timeout: statementMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 1000,
  })
  // The statement under way gets the error too; without one it matters to nobody.
  guardParser(client)
  client.on('error', () => undefined)
  await client.connect()
  return client
}
