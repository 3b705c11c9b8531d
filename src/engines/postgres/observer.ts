/** PostgreSQL as its own Patroni reports it, and the lock as etcd holds it. */
import type { DatabaseFacts } from '../../agent/api.ts'
import type { MtlsClient } from '../../lib/http-call.ts'
import { PORTS } from '../../plan/types.ts'
import type { EngineObserver } from '../observer.ts'
import { postgresNode } from './node.ts'
import { configure, endGrace, isConfigured, nudge, restCredentials } from './shared-config.ts'
import { reinitialise } from './reinitialise.ts'
import { restart } from './restart.ts'
import { lockKey, parseTruth, truthKeys, truthPrefix } from './truth.ts'
import { switchOver } from './switch-over.ts'

const TIMEOUT_MS = 1500

/** `GET /patroni`: asks PostgreSQL itself at every call (patroni/api.py, get_postgresql_status). */
interface PatroniStatus {
  state?: string
  role?: string
  timeline?: number
  replication_state?: string
  xlog?: { location?: number; received_location?: number; replayed_location?: number }
  pending_restart?: boolean
  cluster_unlocked?: boolean
  /** By parameter (patroni/postgresql/config.py, get_param_diff). */
  pending_restart_reason?: Record<string, { old_value?: string; new_value?: string }>
  replication?: { application_name?: string; state?: string; sync_state?: string; location?: number }[]
}

function roleOf(status: PatroniStatus): DatabaseFacts['role'] {
  if (status.state !== 'running') return status.role === 'replica' ? 'replica' : 'unknown'
  return status.role === 'primary' || status.role === 'master' ? 'primary' : 'replica'
}

/** Of these a standby must have at least as much as its primary (PostgreSQL's manual, "Hot Standby", "Administrator's Overview"). */
const LIMITS: readonly string[] = ['max_connections', 'max_prepared_transactions', 'max_locks_per_transaction', 'max_wal_senders', 'max_worker_processes']

const isLowered = ({ pending_restart_reason: reasons = {} }: PatroniStatus): boolean =>
  LIMITS.some((name) => Number(reasons[name]?.new_value) < Number(reasons[name]?.old_value))

export function parsePatroniStatus(status: PatroniStatus): DatabaseFacts {
  const { received_location: received, replayed_location: replayed, location } = status.xlog ?? {}
  return {
    role: roleOf(status),
    state: status.replication_state ?? status.state ?? 'unknown',
    timeline: status.timeline ?? null,
    replayLagBytes: received === undefined || replayed === undefined ? null : Math.max(0, received - replayed),
    ...(status.pending_restart === true ? { pendingRestart: isLowered(status) ? 'primary-first' : 'any-order' } : {}),
    ...(status.cluster_unlocked === true ? { leaderless: true as const } : {}),
    standbys: (status.replication ?? []).map((standby) => ({
      name: standby.application_name ?? '',
      state: standby.state ?? '',
      sync: standby.sync_state ?? '',
      lagBytes: location === undefined || standby.location === undefined ? null : Math.max(0, location - standby.location),
    })),
  }
}

async function readFacts(local: MtlsClient): Promise<DatabaseFacts> {
  // 503 with a body is an answer too: "I am here, and not running".
  const answer = await local.call(`https://127.0.0.1:${PORTS.patroni}/patroni`, { timeoutMs: TIMEOUT_MS })
  return parsePatroniStatus(JSON.parse(answer.body.toString()) as PatroniStatus)
}

export const postgresObserver: EngineObserver = { node: postgresNode, electorPort: PORTS.patroni, readFacts, truthPrefix, truthKeys, lockKey, parseTruth, isConfigured, switchOver, nudge: (client, address, secrets) => nudge(client, address, restCredentials(secrets)), endGrace: (client, address, secrets) => endGrace(client, address, restCredentials(secrets)), configure, reinitialise, restart }
