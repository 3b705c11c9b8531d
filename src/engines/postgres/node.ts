/** What the agent does on a database machine while the primary changes: asks its own node, and tells keepalived at once. */
import { existsSync, readFileSync, readlinkSync, renameSync, writeFileSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import type { MtlsClient } from '../../lib/http-call.ts'
import { run } from '../../lib/exec.ts'
import { PORTS } from '../../plan/types.ts'
import type { EngineNode } from '../observer.ts'
import { STOPPING_MARK, SWITCHOVER_MARK } from './before-stop.ts'
import { readConnections } from './connections.ts'
import { readControlFile } from './control-file.ts'
import { knock } from './knock.ts'
import { nudge } from './shared-config.ts'
import { postgresSigns } from './signs.ts'
import { BIN_DIR, DATA_DIR, OS_USER, REST_CREDENTIALS, type RestCredentials, SOCKET_DIR, SUPERUSER, VERDICT_FILE } from './names.ts'

const CHECKPOINT_TIMEOUT_MS = 60_000
const WRITE_TIMEOUT_MS = 3000
const ASK_TIMEOUT_MS = 1000

const psql = (sql: string, timeoutMs: number): Promise<string> =>
  run('setpriv', [`--reuid=${OS_USER}`, `--regid=${OS_USER}`, '--init-groups', `${BIN_DIR}/psql`, '--no-psqlrc', '--quiet', '--tuples-only', '--no-align',
    `--host=${SOCKET_DIR}`, `--username=${SUPERUSER}`, '--dbname=postgres', `--command=${sql}`], { timeoutMs })

/** `app, 12 s, process 345`; prepared ones can't be, and replication is none. */
const BUSY = `SELECT format('%s, %s s, process %s', usename, round(extract(epoch FROM clock_timestamp() - xact_start)), pid) FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND usename <> '${SUPERUSER}' AND clock_timestamp() - xact_start > interval '$1 ms' ORDER BY xact_start`

const orNull = <T>(read: () => T): T | null => {
  try {
    return read()
  } catch {
    return null
  }
}

// Its first line; a crash leaves the file behind (PostgreSQL, miscinit.c).
const postmasterPid = (): number | null => orNull(() => Number(readFileSync(`${DATA_DIR}/postmaster.pid`, 'utf8').split('\n')[0]) || null)

/** A number in a file that was left behind may be another program's by now. */
const isPostgres = (pid: number): boolean => orNull(() => readlinkSync(`/proc/${pid}/exe`)) === `${BIN_DIR}/postgres`

export const postgresNode: EngineNode = {
  processId: postmasterPid,
  signs: (onSign) => postgresSigns(onSign),
  knock,
  kill: () => {
    const pid = postmasterPid()
    // Its children end by themselves when it is gone, also from a wait (PostgreSQL, WL_EXIT_ON_PM_DEATH).
    return pid !== null && isPostgres(pid) && orNull(() => process.kill(pid, 'SIGKILL')) === true
  },
  isStandby: () => existsSync(`${DATA_DIR}/standby.signal`),
  connections: () => {
    const postmaster = postgresNode.processId()
    return postmaster === null ? null : readConnections(postmaster)
  },
  wakeElector: async (local) => {
    const { user, password } = JSON.parse(await readFile(REST_CREDENTIALS, 'utf8')) as RestCredentials
    await nudge(local, '127.0.0.1', { user, password })
  },
  checkpoint: async () => void (await psql('CHECKPOINT', CHECKPOINT_TIMEOUT_MS)),
  busy: async (olderThanMs) => {
    const rows = await psql(BUSY.replace('$1', String(Math.round(olderThanMs))), ASK_TIMEOUT_MS)
    return rows.split('\n').filter((row) => row !== '')
  },
  delayStop: async () => {
    await rm(STOPPING_MARK, { force: true })
    await writeFile(SWITCHOVER_MARK, '')
  },
  isStopping: async () => existsSync(STOPPING_MARK),
  letStop: () => rm(SWITCHOVER_MARK, { force: true }),
  isStopped: async () => (await readControlFile()) === 'stopped',
  isWritable: async () => (await readControlFile()) === 'writable',
  // Patroni says so as soon as it has the lock, and PostgreSQL may still be being promoted.
  isPrimary: async (local: MtlsClient) => (await readControlFile()) === 'writable' && (await local.call(`https://127.0.0.1:${PORTS.patroni}/primary`, { timeoutMs: ASK_TIMEOUT_MS })).status === 200,
  // A message in the WAL: a commit like any other, that waits for its standby, and leaves nothing behind.
  proveWrite: async () => void (await psql("SELECT pg_logical_emit_message(true, 'regrow', 'a write goes through')", WRITE_TIMEOUT_MS)),
  // In one go: who watches the database and who hands it over may tell it at the same moment. The file is in memory.
  tellRole: async (isPrimary) => {
    const verdict = isPrimary ? '0\n' : '1\n'
    if (orNull(() => readFileSync(VERDICT_FILE, 'utf8')) === verdict) return
    writeFileSync(`${VERDICT_FILE}.agent`, verdict)
    renameSync(`${VERDICT_FILE}.agent`, VERDICT_FILE)
  },
}
