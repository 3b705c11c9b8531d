/** The agent's API as types: HTTPS on PORTS.agent, mutual TLS once born. All times in ms, all sizes in bytes. */
import type { CertifiedKey, PublicCertificate } from '../certificates/certificate.ts'
import type { Manifest } from '../render/manifest.ts'
import type { RenderedTask } from '../render/migration.ts'

/** Who a client certificate speaks for; read from its URI SAN `regrow://<stack>/<kind>/<name>`. */
export type PeerKind = 'operator' | 'controller' | 'machine' | 'monitor'

/** `POST /v1/birth/claim` (before birth only; client certificate must chain to the root of the user-data's fingerprint). */
export interface BirthClaim {
  readonly machine: string
  /** PKCS#10, PEM. The key never leaves the machine. */
  readonly csrPem: string
  /** Hex HMAC-SHA256 under the join token over `<machine>\n<sha256 of the TLS certificate, hex>\n<csrPem>`. */
  readonly proof: string
}

/** `POST /v1/birth/complete` */
export interface BirthPackage {
  /** Leaf first, then the issuing CA. */
  readonly certificateChainPem: string
  readonly rootPem: string
  readonly manifest: Manifest
  /** For etcd voters: how this member joins. Not part of the manifest: it matters only once. */
  readonly etcd?: { readonly initialCluster: string; readonly state: 'new' | 'existing' }
  /** For controller candidates. */
  readonly seed?: ControllerSeed
  /** For entry machines: what users are to see from the first moment on. */
  readonly certificate?: CertificateOrder
}

export interface ControllerSeed {
  readonly issuingCa: { readonly keyPem: string; readonly certificatePem: string }
  readonly rootPem: string
  readonly stackKey: string
}

export type UnitState = 'active' | 'activating' | 'reloading' | 'deactivating' | 'inactive' | 'failed' | 'unknown'

export interface DatabaseFacts {
  /** As the node itself says (pg_is_in_recovery), not as a registry remembers. */
  readonly role: 'primary' | 'replica' | 'unknown'
  /** Patroni's word: running, streaming, starting, stopped … */
  readonly state: string
  readonly timeline: number | null
  /** Replica: bytes received but not yet replayed, null if unknown. */
  readonly replayLagBytes: number | null
  /** Of those that clients can get. Left out: unknown. */
  readonly connections?: { readonly used: number; readonly max: number }
  /** Left out: none. `primary-first`: a limit is lowered, and no standby starts with a lower one than its primary's. */
  readonly pendingRestart?: 'any-order' | 'primary-first'
  /** Left out: it knows of one. */
  readonly leaderless?: true
  /** For how long it has been neither a primary nor a replica that streams or copies, while there was a leader to follow. Left out: unknown. */
  readonly stuckMs?: number
  /** For how long it has answered no new connection; 0: it does. Null or left out: unknown, or it is not there. */
  readonly deafMs?: number | null
  /** Primary only: standbys in pg_stat_replication. */
  readonly standbys: readonly { readonly name: string; readonly state: string; readonly sync: string; readonly lagBytes: number | null }[]
}

export interface EtcdFacts {
  readonly healthy: boolean
  readonly memberId: string | null
  readonly leader: boolean
  readonly learner: boolean
}

export interface WorkFacts {
  /** Whether what runs once in the stack runs here; null: unknown. Left out: nothing does. */
  readonly holdsLease?: boolean | null
  readonly processes: readonly {
    readonly name: string
    readonly kind: 'worker' | 'job'
    readonly one: boolean
    /** A job: of its last run. */
    readonly state: UnitState
    /** How often it began anew in the last five minutes. */
    readonly restarts: number
  }[]
}

export interface EntryFacts {
  /** nginx answers, by its own word. */
  readonly healthy: boolean
  readonly upstreams: Readonly<Record<string, 'up' | 'down'>>
  /** For how long it has held the entry address; null: it doesn't. Left out: unknown. */
  readonly heldMs?: number | null
  /** For how long no application server has been well in its eyes; 0: one is. Left out: unknown. */
  readonly blindMs?: number
  readonly stand?: EntryStand
  /** What it shows users. Left out: unknown. */
  readonly certificate?: CertificateFacts
}

/** What keeps an entry machine from holding the address, beside nginx: what is left of an order, and of the time that a link must have been up. 0: nothing. */
export interface EntryStand {
  readonly orderedDownMs: number
  readonly linkQuietMs: number
}

/** How a machine differs from what it was ordered to be, or from what it was at birth. */
export type DriftKind = 'managed-file' | 'etc' | 'package' | 'unit' | 'port' | 'account' | 'authorized-key'

export interface DriftItem {
  readonly kind: DriftKind
  /** A path, a package, a unit, `tcp 0.0.0.0:4444 (nc)`, an account, `account: key comment or fingerprint`. Never a file's content. */
  readonly what: string
  readonly change: 'changed' | 'added' | 'removed'
  /** When it was first noticed, by the machine's clock. */
  readonly sinceMs: number
}

export interface DriftFacts {
  readonly items: readonly DriftItem[]
  /** When managed files, and everything else, were last looked at as a whole; null = not yet since the agent started. */
  readonly managedCheckedMs: number | null
  readonly restCheckedMs: number | null
}

/** The certificate that users see. */
export interface CertificateFacts {
  /** Digest of the last CertificateOrder that was carried out, `own` at first; null: nothing is there yet. */
  readonly installed: string | null
  /** What nginx shows, at most a minute old; null: unknown. */
  readonly served: PublicCertificate | null
}

/** `GET /v1/facts`. Absent means "this role is not here"; null means "unknown". */
export interface Facts {
  readonly machine: string
  /** Made at birth, new at each rebirth. */
  readonly incarnation: string
  readonly bootId: string
  readonly timeMs: number
  readonly uptimeS: number
  /** Revision of the manifest last applied in full; null while applying or when it failed. */
  readonly revision: string | null
  /** `code` of an error that matters to others: NO_IMAGE. */
  readonly applying: { readonly revision: string; readonly error: string | null; readonly code?: string } | null
  readonly units: Readonly<Record<string, UnitState>>
  /** Hardware address of the interface that has the machine's address, `aa:bb:…`; null: unknown. */
  readonly card: string | null
  /** The plan's VIPs that this machine holds right now. */
  readonly vips: readonly string[]
  readonly diskUsedPercent: number | null
  /** For how long a small write has not come to its end; 0: writes do. Left out: unknown. */
  readonly diskStalledMs?: number
  readonly memoryAvailableBytes: number | null
  readonly memoryTotalBytes: number | null
  /** When the machine was born (its incarnation was made), by its own clock. */
  readonly bornMs: number
  /** Addresses that TCP servers listen on, `0.0.0.0:443`, `[::]:8080`, by port; null: unknown. */
  readonly ports: readonly string[] | null
  /** Null: not known yet (the first look is not over, or a manifest is being applied). */
  readonly drift: DriftFacts | null
  /** Controller candidates: whether a Terraform run is under way here, at most a second old. */
  readonly terraformRunning?: boolean | null
  readonly certificateExpiresMs: number
  readonly entry?: EntryFacts
  /** `beside`: the release that runs beside the one that has the users. */
  readonly app?: { readonly healthy: boolean; readonly status: number | null; readonly beside?: { readonly healthy: boolean; readonly status: number | null } }
  /** App machines: for how long each database machine's kernel has not answered this one, in ms; 0: it did at the last look. */
  readonly databaseSight?: Readonly<Record<string, number>>
  /** App machines with workers or jobs. */
  readonly work?: WorkFacts
  readonly database?: DatabaseFacts | null
  readonly etcd?: EtcdFacts | null
}

/** `PUT /v1/staged` (Manifest) → 204 once what it needs is on the machine and nothing was changed yet; 502 when it can't be had: `facts.applying` says why. */
/** `POST /v1/units/:unit/restart` → 202; the unit must be one of the manifest's. */
/** `POST /v1/reboot` {bootId}: reboots only the boot that was meant, so that a repeated order does nothing. → 202 | 409. */
export interface RebootRequest {
  readonly bootId: string
}
/** `POST /v1/disk/free` → FreedAnswer: what the machine can do without goes from its disk. */
export interface FreedAnswer {
  readonly freedBytes: number
  /** Bytes by part: `journal`, `apt`, … */
  readonly parts: Readonly<Record<string, number>>
}
/** `POST /v1/repair` → 202: applies the manifest again, whatever was found on the disk. */
/** `GET /v1/metrics` → Prometheus text; for operators, controllers and monitors, and it is all that a monitor gets. */

/** `PUT /v1/drains` (DrainOrder) → DrainAnswer, on entry machines: nginx gets no new connections to that server for so long; 0 seconds: it does again. */
export interface DrainOrder {
  readonly machine: string
  readonly address: string
  readonly port: number
  readonly seconds: number
}
export interface DrainAnswer {
  /** False: there is no other server that is well. */
  readonly drained: boolean
}
/** `GET /v1/connections/:address/:port`, on entry machines: requests that are under way there. */
export interface ConnectionsAnswer {
  readonly established: number
}

/** `POST /v1/tasks/migrate` (TaskOrder), on app machines → TaskAnswer: done once for each id; whoever asks again hears how it ended, or waits for it. */
export interface TaskOrder extends RenderedTask {
  readonly id: string
  readonly timeoutMs: number
}
export interface TaskAnswer {
  readonly outcome: 'done' | 'failed' | 'timeout'
  /** Its last lines. */
  readonly output: string
}

/** `POST /v1/clients/hold`: the pooler's clients wait. They go on at `POST /v1/clients/release`, after `forMs`, or when the agent dies. */
export interface HoldOrder {
  readonly forMs: number
  /** How long transactions that are under way may take to end. */
  readonly drainMs: number
  /** Left waiting when some have not ended by then; otherwise all go on at once. */
  readonly insist: boolean
}
export interface HoldAnswer {
  /** No transaction is under way. */
  readonly held: boolean
  readonly afterMs: number
}

/** `PUT /v1/certificate` → {installed}; 409 when nginx refuses it, and what was shown is shown on. */
export interface CertificateOrder {
  /** Of all the rest: see `orderDigest`. `own`: the machine's own certificate, of the stack's authority. */
  readonly digest: string
  /** Null: the machine's own. */
  readonly certificate: CertifiedKey | null
  /** HTTP requests for these names go to HTTPS. */
  readonly redirect: readonly string[]
}

/** `POST /v1/database/kill` → {killed}: ends the engine's main process as a crash would; whoever elects goes on from there. */
export interface KillAnswer {
  /** False: there was none. */
  readonly killed: boolean
}

/** `POST /v1/database/checkpoint` → {done} */
/** `GET /v1/database/busy?olderThanMs=N` */
export interface BusyAnswer {
  /** Clients' transactions that are older, in a few words each. */
  readonly transactions: readonly string[]
}
/**
 * `POST /v1/database/await` → AwaitAnswer | 408: answers as soon as it is so. `stopping`: this primary is about to stop, and waits
 * for some seconds until `stopped` is asked for. `stopped`: in good order. `primary`: in all respects.
 */
export type AwaitOrder =
  | { readonly state: 'stopping'; readonly timeoutMs: number }
  | { readonly state: 'stopped'; readonly timeoutMs: number }
  | { readonly state: 'primary'; readonly vip: string; readonly timeoutMs: number }
export interface AwaitAnswer {
  readonly state: AwaitOrder['state']
  /** When each step was seen, by this machine's clock. */
  readonly steps: Readonly<Record<string, number>>
}

/** `POST /v1/probe`: can you reach this machine's agent port? A refusal means the kernel is alive. */
export interface ProbeRequest {
  readonly address: string
  readonly timeoutMs: number
  /** `pulse`: is its kernel alive? Left out: the agent's port. */
  readonly port?: 'pulse'
}
/** `answered` = the agent spoke TLS; `open` = the kernel took the connection, and nobody spoke; `refused` = the kernel lives, no agent. */
export type ProbeResult = { readonly outcome: 'answered' | 'open' | 'refused' | 'silent' }

/**
 * `POST /v1/entry/stand-down` → {done}: for so long this machine does not stand for the entry address, unless all of `peers` (addresses) are in reach again
 * for some seconds. Asked again, the time begins anew; 0: it may stand at once. `POST /v1/entry/announce` → {done}: tells the network whose the addresses are.
 */
export interface StandDownOrder {
  readonly forMs: number
  readonly peers: readonly string[]
}

/**
 * `PUT /v1/fence` → 204: for so long nothing passes between this machine and that one but what its agent says (and what
 * is said to it), and what goes over its card under another address than its own, the virtual ones, is dropped too.
 * Connections to it and to the virtual addresses that it held are ended. Asked again, the time begins anew; 0 seconds: the fence is gone.
 */
export interface FenceRequest {
  readonly address: string
  /** Hardware address of its interface; null: unknown, and only its own address is fenced. */
  readonly card: string | null
  readonly vips: readonly string[]
  readonly seconds: number
}
