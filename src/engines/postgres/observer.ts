/** PostgreSQL as its own Patroni reports it, and the lock as etcd holds it. */
import type { DatabaseFacts } from '../../agent/api.ts'
import type { MtlsClient } from '../../lib/http-call.ts'
import { PORTS } from '../../plan/types.ts'
import type { DatabaseTruth, EngineObserver } from '../observer.ts'
import { configure, isConfigured, nudge } from './shared-config.ts'
import { switchOver } from './switch-over.ts'

const TIMEOUT_MS = 1500

/** `GET /patroni`: asks PostgreSQL itself at every call (patroni/api.py, get_postgresql_status). */
interface PatroniStatus {
  state?: string
  role?: string
  timeline?: number
  replication_state?: string
  xlog?: { location?: number; received_location?: number; replayed_location?: number }
  replication?: { application_name?: string; state?: string; sync_state?: string; location?: number }[]
}

function roleOf(status: PatroniStatus): DatabaseFacts['role'] {
  if (status.state !== 'running') return status.role === 'replica' ? 'replica' : 'unknown'
  return status.role === 'primary' || status.role === 'master' ? 'primary' : 'replica'
}

export function parsePatroniStatus(status: PatroniStatus): DatabaseFacts {
  const { received_location: received, replayed_location: replayed, location } = status.xlog ?? {}
  return {
    role: roleOf(status),
    state: status.replication_state ?? status.state ?? 'unknown',
    timeline: status.timeline ?? null,
    replayLagBytes: received === undefined || replayed === undefined ? null : Math.max(0, received - replayed),
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

/** Patroni's keys (patroni/dcs/__init__.py): `/service/<scope>/leader` is a name; `/sync` is JSON with comma-separated names. */
function parseTruth(keys: ReadonlyMap<string, string>): DatabaseTruth {
  const find = (suffix: string): string | undefined => [...keys].find(([key]) => key.endsWith(suffix))?.[1]
  const sync = JSON.parse(find('/sync') ?? '{}') as { sync_standby?: string | null }
  return {
    leader: find('/leader') ?? null,
    synchronousStandbys: (sync.sync_standby ?? '').split(',').filter((name) => name !== ''),
  }
}

export const postgresObserver: EngineObserver = { readFacts, truthPrefix: (stack) => `/service/${stack}/`, lockKey: (stack) => `/service/${stack}/leader`, parseTruth, isConfigured, switchOver, nudge, configure }
