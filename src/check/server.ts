/** Asks a server who it is, in the very statement that it executes. */
import { MACHINE_SETTING } from '../engines/postgres/names.ts'
import { OperationError } from '../lib/errors.ts'
import type { Server } from './history.ts'

/**
 * Two columns for a select list or a RETURNING clause. The address of the connection would not do: clients come by a
 * virtual one. The timeline is the one that is being written (its number begins the name of the WAL file).
 */
export const SERVER_COLUMNS = `current_setting('${MACHINE_SETTING}', true) as machine,
  case when pg_is_in_recovery() then null else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int end as timeline`

export interface ServerRow {
  readonly machine: string | null
  readonly timeline: number | null
}

/** Throws `OperationError` NAMELESS_SERVER for a server that doesn't know its machine. */
export function serverOf(row: ServerRow | undefined): Server {
  if (row === undefined || row.machine === null) {
    throw new OperationError('NAMELESS_SERVER', `PostgreSQL answers, and its setting ${MACHINE_SETTING} is empty`, { next: 'regrow up' })
  }
  return { machine: row.machine, timeline: row.timeline }
}
