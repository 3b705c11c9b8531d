/** How many of the connections that clients can get are taken, from /proc: who asks PostgreSQL needs a connection. */
import { readFileSync } from 'node:fs'
import { RESERVED, SUPERUSER_RESERVED } from './parameters.ts'

/** Below it nobody counts exactly: a title is read for each process. */
const COUNT_FROM_SHARE = 0.8

/** A client's backend: `postgres: acme: app ledger 10.0.0.5(41234) idle`, with the cluster's name if it has one; its helpers have no address, standbys are `walsender`. */
const CLIENT = /^postgres: (?:\S+: )?(?!walsender )\S+ \S+ (?:\[local\]|[\da-f.:]+\(\d+\))/

export interface Connections {
  readonly used: number
  /** Those that nobody has reserved. */
  readonly max: number
}

export type ReadText = (path: string) => string

const fromDisk: ReadText = (path) => readFileSync(path, 'utf8')

/** Null: unknown. Far from the limit `used` is all of the server's processes: an upper bound. */
export function readConnections(postmaster: number, read: ReadText = fromDisk): Connections | null {
  try {
    const allowed = /--max_connections=(\d+)/.exec(read(`/proc/${postmaster}/cmdline`))?.[1]
    if (allowed === undefined) return null
    const max = Number(allowed) - SUPERUSER_RESERVED - RESERVED
    const children = read(`/proc/${postmaster}/task/${postmaster}/children`).split(' ').filter((pid) => pid !== '')
    const used = children.length < max * COUNT_FROM_SHARE ? children.length : children.filter((pid) => CLIENT.test(titleOf(pid, read))).length
    return { used, max }
  } catch {
    return null
  }
}

function titleOf(pid: string, read: ReadText): string {
  try {
    return read(`/proc/${pid}/cmdline`)
  } catch {
    // It ended meanwhile.
    return ''
  }
}
