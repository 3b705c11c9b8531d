/** The agent's API as types: HTTPS on PORTS.agent, mutual TLS once born. All times in ms, all sizes in bytes. */
import type { Manifest } from '../render/manifest.ts'

/** Who a client certificate speaks for; read from its URI SAN `regrow://<stack>/<kind>/<name>`. */
export type PeerKind = 'operator' | 'controller' | 'machine'

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
  /** Primary only: standbys in pg_stat_replication. */
  readonly standbys: readonly { readonly name: string; readonly state: string; readonly sync: string; readonly lagBytes: number | null }[]
}

export interface EtcdFacts {
  readonly healthy: boolean
  readonly memberId: string | null
  readonly leader: boolean
  readonly learner: boolean
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
  readonly applying: { readonly revision: string; readonly error: string | null } | null
  readonly units: Readonly<Record<string, UnitState>>
  /** The plan's VIPs that this machine holds right now. */
  readonly vips: readonly string[]
  readonly diskUsedPercent: number
  readonly memoryAvailableBytes: number
  readonly certificateExpiresMs: number
  readonly entry?: { readonly healthy: boolean; readonly upstreams: Readonly<Record<string, 'up' | 'down'>> }
  readonly app?: { readonly healthy: boolean; readonly status: number | null }
  readonly database?: DatabaseFacts | null
  readonly etcd?: EtcdFacts | null
}

/** `POST /v1/probe`: can you reach this machine's agent port? A refusal means the kernel is alive. */
export interface ProbeRequest {
  readonly address: string
  readonly timeoutMs: number
}
export type ProbeResult = { readonly outcome: 'answered' | 'refused' | 'silent' }
