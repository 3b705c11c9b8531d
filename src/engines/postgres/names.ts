/** Names and paths that the PostgreSQL renderers share. */
import type { Plan } from '../../plan/types.ts'
import { tlsPaths } from '../../render/part.ts'

export const PG_VERSION = '17'
export const BIN_DIR = `/usr/lib/postgresql/${PG_VERSION}/bin`
export const DATA_DIR = `/var/lib/postgresql/${PG_VERSION}/main`
/** PostgreSQL, Patroni and Debian's PgBouncer all run as this user. */
export const OS_USER = 'postgres'
export const SOCKET_DIR = '/run/postgresql'

export const POSTGRES_TLS = tlsPaths('/etc/regrow/tls/postgres')
export const PGBOUNCER_TLS = tlsPaths('/etc/regrow/tls/pgbouncer')

/** What keepalived follows: 0 while this machine may hold the address of the writes, 1 while it may not. */
export const VERDICT_FILE = `${SOCKET_DIR}/regrow-verdict-primary`

export const PATRONI_CONFIG = '/etc/patroni/config.yml'
/** For the agent, which wakes Patroni when PostgreSQL is gone. */
export const REST_CREDENTIALS = '/etc/regrow/patroni-rest.json'
export interface RestCredentials {
  readonly user: string
  readonly password: string
}
export const BOOTSTRAP_SQL = '/etc/patroni/post-bootstrap.sql'

export const SUPERUSER = 'postgres'
export const REPLICATION_USER = 'replicator'
export const REWIND_USER = 'rewinder'
export const REST_USER = 'regrow'
export const PGBOUNCER_ADMIN = 'regrow_admin'

/** A setting of PostgreSQL with the machine's name: clients that come by a virtual address can ask who answered. */
export const MACHINE_SETTING = 'regrow.machine'

/** What the application calls the database that it may only read, through PgBouncer. */
export const reportsDatabase = (plan: Plan): string => `${plan.database.name}_reports`
