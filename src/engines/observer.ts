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

/** `answered`: it takes new connections. `silent`: the kernel takes them, or nobody does. `absent`: no engine is there. */
export type Knock = 'answered' | 'silent' | 'absent'

/** What was taken up to see signs of the engine. */
export interface Signs {
  /** From time to time: takes up anew what has ended. */
  readonly renew: () => void
  readonly stop: () => void
}

/** What the agent asks and does on a database machine while the primary changes. */
export interface EngineNode {
  /** The engine's main process; null: there is none. */
  readonly processId: () => number | null
  /** Calls `onSign` at once when the engine may have died, or a standby may be being promoted. */
  readonly signs: (onSign: () => void) => Signs
  /** How many of the connections that clients can get are taken, without taking one; null: unknown. */
  readonly connections: () => { readonly used: number; readonly max: number } | null
  /** By what lies on the disk: it follows another machine. */
  readonly isStandby: () => boolean
  /** Has whoever elects look at this node now and not at its next round; changes nothing. */
  readonly wakeElector: (local: MtlsClient) => Promise<void>
  /** Asks for a new connection and goes no further; never rejects. */
  readonly knock: (timeoutMs: number) => Promise<Knock>
  /** Ends the engine as a crash would; false: there is none. What it has acknowledged is on its disk. */
  readonly kill: () => boolean
  readonly checkpoint: () => Promise<void>
  /** Clients' transactions that are older than `olderThanMs`, in a few words each. */
  readonly busy: (olderThanMs: number) => Promise<readonly string[]>
  /** The next time that this primary is to be stopped it waits, for some seconds at most, until `letStop`. */
  readonly delayStop: () => Promise<void>
  /** Whether it is about to stop, and waits. */
  readonly isStopping: () => Promise<boolean>
  readonly letStop: () => Promise<void>
  /** Whether the primary that was here has stopped in good order: its standbys have received all that it wrote. */
  readonly isStopped: () => Promise<boolean>
  /** Whether the node takes writes, by its own word. */
  readonly isWritable: () => Promise<boolean>
  /** Whether whoever elects says that this is the primary. */
  readonly isPrimary: (local: MtlsClient) => Promise<boolean>
  /** One write of no consequence, as safe as any other; throws when it does not go through. */
  readonly proveWrite: () => Promise<void>
  /** Tells who holds addresses at once, instead of when it asks the next time. */
  readonly tellRole: (isPrimary: boolean) => Promise<void>
}

export interface EngineObserver {
  readonly node: EngineNode
  /** Asks the node on this machine; throws when it gives no answer. */
  readonly readFacts: (local: MtlsClient) => Promise<DatabaseFacts>
  /** Prefix in etcd under which the engine keeps its truth, and how to read it. */
  readonly truthPrefix: (stack: string) => string
  /** TCP port on which whoever elects speaks TLS on every node: its silence tells a hung machine from one whose agent is gone. */
  readonly electorPort: number
  /** The key that the primary holds under a lease. */
  readonly lockKey: (stack: string) => string
  /** The keys that `parseTruth` goes by. */
  readonly truthKeys: (stack: string) => readonly string[]
  readonly parseTruth: (keys: ReadonlyMap<string, string>) => DatabaseTruth
  /** True when the settings that all nodes share are those of the plan; null while there are none yet. */
  readonly isConfigured: (plan: Plan, keys: ReadonlyMap<string, string>) => boolean | null
  /** Asks the node at `address`, the primary `leader`, to hand over to `candidate`; throws when it refuses. */
  readonly switchOver: (client: MtlsClient, address: string, leader: string, candidate: string, secrets: StackSecrets) => Promise<void>
  /** Has the node at `address` look at its standbys now and not at its next round; changes nothing. */
  readonly nudge: (client: MtlsClient, address: string, secrets: StackSecrets) => Promise<void>
  /** Has all nodes no longer wait for a primary that told them, not long ago, that it goes on without the one truth. By the node at `address`; `configure` takes it back. */
  readonly endGrace: (client: MtlsClient, address: string, secrets: StackSecrets) => Promise<void>
  /** Has the node at `address`, a standby, throw its copy away and make another from the primary; throws when it refuses. */
  readonly reinitialise: (client: MtlsClient, address: string, secrets: StackSecrets) => Promise<void>
  /** Restarts the node at `address`, when parameters wait for that. */
  readonly restart: (client: MtlsClient, address: string, secrets: StackSecrets) => Promise<void>
  /** Brings the shared settings to the plan's, through the node at `address`. */
  readonly configure: (client: MtlsClient, address: string, plan: Plan, secrets: StackSecrets) => Promise<void>
}

const observers: Readonly<Record<string, EngineObserver>> = { postgres: postgresObserver }

export function findEngineObserver(engine: string): EngineObserver {
  const observer = observers[engine]
  if (observer === undefined) throw new OperationError('NO_ENGINE', `no engine named ${engine}`)
  return observer
}
