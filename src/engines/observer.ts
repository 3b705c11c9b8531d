/** What the agent and the controller ask of a database engine at run time; one line per engine. */
import type { DatabaseFacts } from '../agent/api.ts'
import type { MtlsClient } from '../lib/http-call.ts'
import type { Plan } from '../plan/types.ts'
import type { StackSecrets } from '../secrets/types.ts'
import { postgresObserver } from './postgres/observer.ts'
import { OperationError } from '../lib/errors.ts'

/** Who may write, by a linearizable read of the one truth. */
export interface DatabaseTruth {
  /** Machine that holds the lock; null = nobody. */
  readonly leader: string | null
  /** Machines that have every acknowledged write (besides the leader). */
  readonly synchronousStandbys: readonly string[]
}

export interface EngineObserver {
  /** Asks the node on this machine; throws when it gives no answer. */
  readonly readFacts: (local: MtlsClient) => Promise<DatabaseFacts>
  /** Prefix in etcd under which the engine keeps its truth, and how to read it. */
  readonly truthPrefix: (stack: string) => string
  /** The key that the primary holds under a lease. */
  readonly lockKey: (stack: string) => string
  readonly parseTruth: (keys: ReadonlyMap<string, string>) => DatabaseTruth
  /** True when the settings that all nodes share are those of the plan; null while there are none yet. */
  readonly isConfigured: (plan: Plan, keys: ReadonlyMap<string, string>) => boolean | null
  /** Asks the node at `address`, the primary `leader`, to hand over to `candidate`; throws when it refuses. */
  readonly switchOver: (client: MtlsClient, address: string, leader: string, candidate: string, secrets: StackSecrets) => Promise<void>
  /** Has the node at `address` look at its standbys now and not at its next round; changes nothing. */
  readonly nudge: (client: MtlsClient, address: string, secrets: StackSecrets) => Promise<void>
  /** Brings the shared settings to the plan's, through the node at `address`. */
  readonly configure: (client: MtlsClient, address: string, plan: Plan, secrets: StackSecrets) => Promise<void>
}

const observers: Readonly<Record<string, EngineObserver>> = { postgres: postgresObserver }

export function findEngineObserver(engine: string): EngineObserver {
  const observer = observers[engine]
  if (observer === undefined) throw new OperationError('NO_ENGINE', `no engine named ${engine}`)
  return observer
}
