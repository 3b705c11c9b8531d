/** PostgreSQL's settings: those that the whole cluster must share, and those that follow a machine's size. */
import type { Machine, Plan } from '../../plan/types.ts'
import { withRole } from '../../render/input.ts'
import { MACHINE_SETTING, POSTGRES_TLS, SOCKET_DIR } from './names.ts'
import { reportSettings } from './report-login.ts'

/** Server connections per app machine to the primary: PgBouncer multiplexes the clients onto these. */
export const POOL_SIZE = 20
export const RESERVE_POOL_SIZE = 5

/** Of `max_connections`: kept for Patroni, the agent and a human on the machine (superusers), and for whoever rewinds. */
export const SUPERUSER_RESERVED = 8
export const RESERVED = 4

/** A change of `max_connections` restarts the database: app machines come and go without one, but for each so manieth. */
const APP_MACHINES_STEP = 5

type Parameters = Readonly<Record<string, string | number>>

/** What Patroni keeps in etcd, because primary and standbys must agree on it. */
export function clusterParameters(plan: Plan): Parameters {
  const perPooler = POOL_SIZE + plan.database.reports.pool + 2 * RESERVE_POOL_SIZE
  const senders = 10
  const roomFor = APP_MACHINES_STEP * Math.ceil(withRole(plan, 'app').length / APP_MACHINES_STEP)
  return {
    max_connections: roomFor * perPooler + senders + 20,
    max_prepared_transactions: 0,
    max_replication_slots: senders,
    max_wal_senders: senders,
    // Whoever takes all that is left must not lock out Patroni, a rewind, or a human.
    reserved_connections: RESERVED,
    superuser_reserved_connections: SUPERUSER_RESERVED,
    max_worker_processes: 8,
    wal_level: 'replica',
    wal_log_hints: 'on',
  }
}

/** What each machine decides for itself, from its memory and disk; Patroni lets these override etcd's. */
export function machineParameters(plan: Plan, machine: Machine): Parameters {
  const { memoryMb, diskGb } = machine.size
  const mb = (share: number, atLeast: number, atMost: number): string =>
    `${Math.round(Math.min(Math.max(memoryMb * share, atLeast), atMost))}MB`
  return {
    ...TLS,
    ...QUICK_TO_NOTICE,
    ...reporting(plan),
    autovacuum_max_workers: 3,
    checkpoint_completion_target: 0.9,
    effective_cache_size: mb(0.5, 64, 1_048_576),
    idle_in_transaction_session_timeout: '5min',
    log_checkpoints: 'on',
    log_line_prefix: '%m [%p] %q%u@%d ',
    log_lock_waits: 'on',
    maintenance_work_mem: mb(0.05, 16, 1024),
    max_wal_size: `${Math.round(Math.min(Math.max(diskGb * 1024 * 0.1, 256), 4096))}MB`,
    // A slot of a machine that never comes back must not fill the primary's disk.
    max_slot_wal_keep_size: `${Math.round(Math.max(diskGb * 1024 * 0.25, 512))}MB`,
    password_encryption: 'scram-sha-256',
    shared_buffers: mb(0.2, 32, 16_384),
    unix_socket_directories: SOCKET_DIR,
    work_mem: mb(0.01, 4, 64),
    [MACHINE_SETTING]: machine.name,
  }
}

/**
 * A report must neither keep the primary from cleaning up (feedback off) nor hold up what is replayed for longer than `maxLag`: beyond
 * that the report is cancelled. Before a promotion all reports are: see before-promote.ts.
 */
const reporting = (plan: Plan): Parameters => ({
  hot_standby_feedback: 'off',
  max_standby_archive_delay: `${plan.database.reports.maxLagMs}ms`,
  max_standby_streaming_delay: `${plan.database.reports.maxLagMs}ms`,
  ...reportSettings(plan),
})

const TLS: Parameters = {
  ssl: 'on',
  ssl_ca_file: POSTGRES_TLS.ca,
  ssl_cert_file: POSTGRES_TLS.chain,
  ssl_key_file: POSTGRES_TLS.key,
  ssl_min_protocol_version: 'TLSv1.2',
}

/** A dead peer must be noticed in seconds: with PostgreSQL's 60 s, commits hang that long when the synchronous standby dies. */
const QUICK_TO_NOTICE: Parameters = {
  tcp_keepalives_count: 3,
  tcp_keepalives_idle: 2,
  tcp_keepalives_interval: 1,
  tcp_user_timeout: 3000,
  wal_receiver_status_interval: '1s',
  wal_receiver_timeout: '5s',
  wal_retrieve_retry_interval: '500ms',
  wal_sender_timeout: '3s',
}
