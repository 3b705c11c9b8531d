/** The controller's API as types: HTTPS with mutual TLS on PORTS.controller, for operators. */
import type { Facts } from '../agent/api.ts'
import type { PublicCertificate } from '../certificates/certificate.ts'
import type { CertificateAttempts } from '../decide/world.ts'
import type { Plan } from '../plan/types.ts'
import type { RegistryAccess } from '../lib/registry-access.ts'
import type { FoundImage } from '../lib/registry-client.ts'
import type { ReleaseRef } from '../render/input.ts'
import type { ImageReference } from '../spec/image-reference.ts'
import type { Slot } from '../render/slots.ts'
import type { Reason } from '../decide/reason.ts'

/** `PUT /v1/desired`: what the stack should be. Answers {generation}. The controller then converges by itself. */
export interface DesiredRequest {
  readonly plan: Plan
  /** age-armoured StackSecrets, readable with the stack key. */
  readonly sealedSecrets: string
  readonly release: ReleaseRef
}
/** `POST /v1/release/back` → 202 RollBackAnswer | 409: the release before is desired again, with its settings and environment. */
export interface RollBackAnswer {
  readonly from: string
  readonly to: string
  readonly generation: number
}
/** `PUT /v1/releases/:digest` (body: gzipped tar) stores a release; `HEAD` tells whether it is there. */

/** `POST /v1/images/find` (FindImageOrder) → FindImageAnswer: for operators who don't reach the registry themselves. */
export interface FindImageOrder {
  /** As the spec names it. */
  readonly reference: string
  readonly image: ImageReference
  readonly access: RegistryAccess
}
/** `kept`: the registry is away, and the same name meant this image when it was last asked. */
export type FindImageAnswer =
  | { readonly outcome: 'found'; readonly found: FoundImage }
  | { readonly outcome: 'kept'; readonly found: FoundImage; readonly why: string }
  | { readonly outcome: 'failed'; readonly code: 'NO_IMAGE' | 'REGISTRY_REFUSED' | 'REGISTRY_AWAY'; readonly error: string }

export type MachinePhase = 'absent' | 'creating' | 'bearing' | 'joining' | 'member' | 'leaving'

/** How the controller sees one machine: `healthy` = every role verified; `silent` = nobody reaches it. */
export type MachineHealth = 'healthy' | 'degraded' | 'suspect' | 'silent' | 'unknown'

export interface MachineStatus {
  readonly name: string
  readonly address: string
  readonly roles: readonly string[]
  readonly phase: MachinePhase
  readonly health: MachineHealth
  /** One sentence each on what is not well; empty when healthy. */
  readonly problems: readonly string[]
  readonly incarnation: string | null
  readonly wantedRevision: string | null
  /** Last facts that were received, and when; null when never. */
  readonly facts: Facts | null
  readonly seenMs: number | null
  /** Its clock less the controller's; null: unknown. */
  readonly clockSkewMs: number | null
}

/** `GET /v1/status` */
export interface StackStatus {
  readonly stack: string
  readonly environment: string
  readonly nowMs: number
  /** The machine whose controller answers, and whether it is the acting one. */
  readonly controller: { readonly machine: string; readonly acting: boolean }
  readonly generation: number
  /** Everything wanted is there, verified and redundant. */
  readonly converged: boolean
  readonly machines: readonly MachineStatus[]
  readonly vips: readonly { readonly name: 'entry' | 'database' | 'reports'; readonly address: string; readonly holders: readonly string[] }[]
  readonly database: {
    /** Leader by a linearizable read of etcd; null = nobody holds the lock. */
    readonly leader: string | null
    readonly timeline: number | null
    readonly synchronousStandbys: readonly string[]
    readonly members: readonly { readonly name: string; readonly role: string; readonly state: string; readonly lagBytes: number | null }[]
  }
  readonly release: {
    /** What has the users. */
    readonly name: string
    readonly slot: Slot
    /** It has run well on all app machines. */
    readonly proven: boolean
    /** What runs beside it; null: nothing. */
    readonly beside: { readonly name: string; readonly standing: 'next' | 'before' } | null
  }
  readonly etcd: { readonly voters: readonly string[]; readonly learners: readonly string[]; readonly healthy: readonly string[]; readonly leader: string | null }
  /** What the controller is doing or waiting for, as data and as the one English sentence. */
  readonly doing: { readonly kind: 'act' | 'hold'; readonly reason: Reason; readonly sentence: string; readonly sinceMs: number }
}

/**
 * `GET /v1/events?after=N&waitMs=M` → StackEvent[] (long poll). Numbers grow by one and survive controllers.
 * A replacement writes, with the machine's name: silent → confirmed → decided → destroyed/created → born → joined → member; `redundant` closes it.
 */
export interface StackEvent {
  readonly number: number
  readonly atMs: number
  readonly kind:
    | 'silent' | 'back' | 'confirmed' | 'decided' | 'created' | 'born' | 'joined' | 'member' | 'redundant'
    | 'held' | 'action-failed' | 'update-started' | 'updated' | 'rollout-stopped' | 'converged' | 'startup-timeout' | 'leader-changed'
    | 'unwell' | 'well' | 'drift' | 'restarted' | 'rebooted' | 'powered-off' | 'lock-revoked' | 'failed-over' | 'fenced' | 'fence-lifted' | 'disk-freed' | 'repaired' | 'engine-killed' | 'stood-down' | 'reinitialised' | 'hint' | 'hint-settled' | 'hint-refused' | 'paused' | 'resumed'
    | 'migrated' | 'released' | 'changed-over' | 'rolled-back' | 'switched-over' | 'handed-over' | 'leads' | 'rotation' | 'certificate' | 'notify-failed'
  readonly machine: string | null
  /** The sentence for people. */
  readonly text: string
  /** Holds that only a human can end: the incident "needs you". */
  readonly needsHuman?: boolean
  /** What it rests on: last facts, what other observers said, drift items, a hint's words. */
  readonly evidence?: Readonly<Record<string, unknown>>
}

/** `POST /v1/machines/:name/replace` (ReplaceOrder, may be left out) → 202 {accepted:true} | 409 {accepted:false, …} when a guard refuses. */
export type ReplaceAnswer =
  | { readonly accepted: true }
  /** `forceable`: the same order with this reason's code in `accepted` overrules it. */
  | { readonly accepted: false; readonly reason: Reason; readonly sentence: string; readonly forceable: boolean }

export interface ReplaceOrder {
  /** Codes of refusals that the human was shown and accepts. */
  readonly accepted?: readonly string[]
}

/** `POST /v1/database/switchover` (SwitchoverOrder) → 202 {accepted:true, …} | 409 {accepted:false, …}. The event `switched-over`, or `action-failed`, says what came of it. */
export interface SwitchoverOrder {
  /** Null: whoever is fit. */
  readonly target: string | null
  /** Transactions that don't end within seconds are cut off; otherwise they prevent it. */
  readonly insist: boolean
}
export type SwitchoverAnswer =
  | { readonly accepted: true; readonly machine: string; readonly target: string }
  | { readonly accepted: false; readonly reason: Reason; readonly sentence: string; readonly remedy: string | null }

/** `POST /v1/pauses` (PauseOrder) → Pause; `GET /v1/pauses` → Pause[]; `DELETE /v1/pauses?machine=NAME` (without a machine: the stack's) → {resumed}. */
export interface PauseOrder {
  /** Null: the whole stack. */
  readonly machine: string | null
  readonly reason: string
  /** At most 30 days. */
  readonly forMs: number
}

/** `GET /v1/certificates`: what users see. `POST /v1/certificates/renew` → 202; then `current`, or `attempts`, is another one. */
export interface CertificatesAnswer {
  /** `own`: of the stack's own authority. */
  readonly source: 'acme' | 'files' | 'own'
  readonly directory: string | null
  readonly names: readonly string[]
  /** Null: none was given out or brought. */
  readonly current: PublicCertificate | null
  readonly renewsMs: number | null
  /** That failed since the last one was got. */
  readonly attempts: (CertificateAttempts & { readonly nextMs: number }) | null
  /** `installed`: it was told to show what it should; null: unknown. */
  readonly machines: readonly { readonly machine: string; readonly installed: boolean | null; readonly served: PublicCertificate | null }[]
}

/** `GET /v1/machines/:name/why`: what the rules and guards say of it, as data and as sentences. */
export interface WhyAnswer {
  readonly machine: string
  /** What is known of it, one line each. */
  readonly facts: readonly string[]
  /** Null: nothing is to be done about it. */
  readonly verdict: { readonly kind: 'act' | 'hold'; readonly rule: string; readonly reason: Reason; readonly sentence: string } | null
  /** What would have to change, when something holds it. */
  readonly remedy: string | null
  readonly rules: readonly { readonly rule: string; readonly kind: 'act' | 'hold' | 'silent'; readonly sentence: string | null }[]
  readonly guards: readonly { readonly guard: string; readonly refuses: boolean; readonly sentence: string | null; readonly remedy: string | null }[]
}

/** `GET /v1/incidents` → Incident[], newest first; `GET /v1/incidents/:number` → Incident | 404. See src/incidents/incident.ts. */
/** `POST /v1/notify/test` → what a test message came to, by channel; empty when there are no channels. */
export interface Delivered {
  /** `ntfy NTFY_URL`, `email ops@acme.example` */
  readonly channel: string
  readonly ok: boolean
  /** Why not; null when it was taken. */
  readonly detail: string | null
}
/** `GET /metrics` → Prometheus text; for monitors too. */
