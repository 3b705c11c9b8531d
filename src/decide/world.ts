/** The World: all that a decision may depend on, gathered by `observe`, as plain data. "Unknown" is a value. */
import type { Facts, ProbeResult } from '../agent/api.ts'
import type { PublicCertificate } from '../certificates/certificate.ts'
import type { Machine, Plan, Size } from '../plan/types.ts'
import type { JoinRecord } from '../pki/join.ts'
import type { ServedPart } from '../render/manifest.ts'

/**
 * Where a machine is on its way: `creating` = the provider is being asked; `bearing` = it exists and waits to be claimed;
 * `joining` = it has its manifest and is verified; `member` = every role was verified; `leaving` = it is being removed.
 */
export type RecordPhase = 'creating' | 'bearing' | 'joining' | 'member' | 'leaving'

/** What the controllers remember of a machine, in etcd. */
export interface MachineRecord {
  readonly machine: string
  readonly phase: RecordPhase
  /** When this birth began, and then when the machine was claimed: it may have waited long at its door, and has its time all the same. The start-up time-out counts from here. */
  readonly sinceMs: number
  readonly join: JoinRecord | null
  /** The provider's resource must be replaced, not just created. */
  readonly replacing: boolean
  /** What the provider was asked for; null in records of before. */
  readonly size: Size | null
  /** When replacements of this machine were decided; the budget counts them. */
  readonly replacedAtMs: readonly number[]
  /** Smaller steps of the ladder that were taken on this incarnation, oldest first; empty after a replacement. */
  readonly attempts: readonly Attempt[]
  /** When this incarnation became a member; null while it is being born, or in records of before. */
  readonly memberSinceMs: number | null
}

/** A step of the ladder below replacement. */
export interface Attempt {
  readonly step: 'restart' | 'reboot' | 'repair' | 'clean-up' | 'kill' | 'reinitialise'
  /** Null but for a restart. */
  readonly unit: string | null
  readonly atMs: number
}

/** An operator's order to change nothing for a while. */
export interface Pause {
  /** Null: the whole stack. */
  readonly machine: string | null
  readonly reason: string
  readonly by: string
  readonly sinceMs: number
  readonly untilMs: number
}

/** What monitoring said of a machine. */
export interface Hint {
  /** Unique; the same event sent twice has the same one. */
  readonly id: string
  readonly source: 'zabbix' | 'alertmanager' | 'plain'
  readonly machine: string
  readonly reason: string
  /** One line for people, cut to 500 characters. */
  readonly evidence: string
  readonly atMs: number
}

export interface Observation {
  readonly observer: string
  readonly outcome: ProbeResult['outcome']
}

/** A kernel that has stopped answering. */
export interface Quiet {
  readonly sinceMs: number
  /** What other machines' kernels found, in this quiet. */
  readonly observations: readonly Observation[]
}

/** What a machine that was given up may do no more; kept until it is born again, or is seen to have stepped back. */
export interface Fence {
  readonly machine: string
  readonly address: string
  readonly card: string | null
  /** The virtual addresses that it was thought to hold. */
  readonly vips: readonly string[]
  readonly sinceMs: number
  /** When the others were last told; it times out on them by itself. */
  readonly renewedMs: number
}

export interface MachineView {
  readonly name: string
  /** Null: a surplus machine that the plan no longer has. */
  readonly planned: Machine | null
  readonly record: MachineRecord | null
  /** Revision it should have; null while nothing is desired of it. */
  readonly wantedRevision: string | null
  /** Units that its manifest wants running. */
  readonly wantedUnits: readonly string[]
  /** The unit that each of its parts stands on. */
  readonly servingUnits: Readonly<Partial<Record<ServedPart, string>>>
  /** Facts of the last poll if that succeeded, else null. */
  readonly facts: Facts | null
  /** Facts of the last poll that succeeded, however old; null: none since this controller leads. */
  readonly lastFacts: Facts | null
  /** Since when polls fail without a success in between; null while they succeed. */
  readonly silentSinceMs: number | null
  /** What other machines said when asked to probe it, in this silence; empty when not asked. */
  readonly observations: readonly Observation[]
  /** Database machines: its kernel does not answer; null while it does. */
  readonly quiet: Quiet | null
  /** Database machines, in a silence: does the engine's own door answer the controller? Null: not asked. */
  readonly engine: Observation['outcome'] | null
  /** Bearing machines: does the birth door answer? */
  readonly doorOpen: boolean
  /** An action on this machine is under way right now. */
  readonly inFlight: boolean
  /** When it fell silent, within the last ten minutes, oldest first: a flapping link shows here. */
  readonly silences: readonly number[]
  /** Its clock less ours; null: unknown. */
  readonly clockSkewMs: number | null
  /** How long its slowest answer of the last seconds took, as the controller saw it; a poll without an answer counts with the time that it had. */
  readonly slowestAnswerMs: number
  /** Since when it has been unwell with the revision that it has; null when it is well, if perhaps outdated. */
  readonly unwellSinceMs: number | null
}

export interface EtcdView {
  /** False: a linearizable read failed; nothing that needs etcd is decided. */
  readonly available: boolean
  /** `name` is empty while a member has not started yet. */
  readonly members: readonly { readonly id: string; readonly name: string; readonly peerUrl: string; readonly learner: boolean }[]
}

export interface DatabaseView {
  /** Whether the settings that all nodes share are the plan's; null: unknown. */
  readonly configured: boolean | null
  /** Null: unknown. */
  readonly truth: { readonly leader: string | null; readonly synchronousStandbys: readonly string[] } | null
}

export interface ReplaceRequest {
  readonly machine: string
  readonly by: string
  /** Refusals that the human was shown and accepts. */
  readonly accepted: readonly string[]
}

/** A human's wish that `machine`, the primary, hands over. */
export interface SwitchoverRequest {
  readonly machine: string
  readonly target: string
  readonly insist: boolean
  readonly by: string
  /** Not begun until then: forgotten. */
  readonly untilMs: number
}

/** What is done once before a release runs. `running` outlives the controller that began it. */
export type Migration =
  | { readonly state: 'none' | 'due' | 'done' }
  | { readonly state: 'running'; readonly machine: string }
  | { readonly state: 'failed'; readonly machine: string; readonly error: string }

/** The application's release, with its environment. */
export interface ReleaseView {
  /** Names release, settings and environment together. */
  readonly id: string
  /** It runs beside the one that has the users, and is to get them once it is well. */
  readonly beside: boolean
  /** It has run well on all app machines. */
  readonly proven: boolean
  /** The proven one that all go back to when this one fails; null: there is none. */
  readonly fallback: string | null
  readonly migration: Migration
}

/** Attempts to get a certificate that failed since the last one was got. */
export interface CertificateAttempts {
  readonly failures: number
  readonly lastMs: number
  /** What the authority or the way to it said, one line. */
  readonly error: string
  /** Not before: the authority asked for it; null: it asked for nothing. */
  readonly retryMs: number | null
}

export interface CertificateWish {
  readonly by: string
  readonly atMs: number
}

/** The certificate that users see. */
export interface CertificateView {
  /** Digest of what entry machines are to show; `own`: each its own, of the stack's authority. */
  readonly wanted: string
  /** By ACME, or brought by the user; null: neither. */
  readonly current: (PublicCertificate & { /** Null: it was brought. */ readonly directory: string | null }) | null
  readonly attempts: CertificateAttempts | null
  readonly wish: CertificateWish | null
}

export interface World {
  readonly nowMs: number
  /** The machine whose controller decides. */
  readonly self: string
  /** Since when it leads. */
  readonly leadsSinceMs: number
  readonly plan: Plan | null
  /** Null: nothing is desired yet. */
  readonly release: ReleaseView | null
  readonly machines: readonly MachineView[]
  readonly etcd: EtcdView
  readonly database: DatabaseView
  readonly requests: readonly ReplaceRequest[]
  /** Those that are still good. */
  readonly switchovers: readonly SwitchoverRequest[]
  /** Those that have not ended yet. */
  readonly pauses: readonly Pause[]
  /** Those that were not settled yet, oldest first. */
  readonly hints: readonly Hint[]
  readonly fences: readonly Fence[]
  /** Null: nothing is desired yet. */
  readonly certificate: CertificateView | null
  /** Which controller holds Terraform's lock from an earlier term; null: nobody. */
  readonly foreignLock: { readonly machine: string } | null
}

/** One idempotent attempt each; `act` has an exhaustive switch over them. */
export type Action =
  | { readonly kind: 'create'; readonly machines: readonly string[] }
  | { readonly kind: 'bear'; readonly machine: string }
  | { readonly kind: 'promote'; readonly machine: string; readonly memberId: string }
  | { readonly kind: 'settle'; readonly machine: string }
  | { readonly kind: 'replace'; readonly machine: string }
  | { readonly kind: 'push'; readonly machine: string }
  /** A step of the ladder: systemd restarts the unit. */
  | { readonly kind: 'restart-unit'; readonly machine: string; readonly unit: string }
  | { readonly kind: 'reboot'; readonly machine: string; readonly bootId: string }
  /** The primary `machine` is dead: it is fenced by those in `required` at least, powered off, and its lock's lease is revoked. */
  | { readonly kind: 'fail-over'; readonly machine: string; readonly fence: Fence; readonly required: readonly string[] }
  /** `primary`: whoever waits for the fenced standby's confirmations, and is to look again at once. */
  | { readonly kind: 'fence'; readonly machine: string; readonly fence: Fence; readonly primary: string | null }
  | { readonly kind: 'lift-fence'; readonly machine: string; readonly fence: Fence }
  /** By the provider, not by the machine: whatever still runs there ends now. */
  | { readonly kind: 'power-off'; readonly machine: string }
  /** The database engine there is ended as a crash would end it. */
  | { readonly kind: 'kill-engine'; readonly machine: string }
  /** A replica is copied anew from the primary; what it had is thrown away. */
  | { readonly kind: 'reinitialise'; readonly machine: string }
  /** `machine` leaves the entry address to `target`, which may be itself: then it may stand again. `told`: it is worth an event. */
  | { readonly kind: 'stand-down'; readonly machine: string; readonly target: string; readonly forMs: number; readonly told: boolean }
  /** What the machine can do without goes from its disk. */
  | { readonly kind: 'free-disk'; readonly machine: string }
  /** The manifest is applied again. */
  | { readonly kind: 'repair'; readonly machine: string }
  /** `machine` is the primary and hands over to `target`; `insist`: transactions that don't end within seconds are cut off. */
  | { readonly kind: 'switch-over'; readonly machine: string; readonly target: string; readonly insist: boolean }
  /** This controller (`machine`) stands back for the one on `target`. */
  | { readonly kind: 'hand-over'; readonly machine: string; readonly target: string }
  /** The hint was answered by what happened, or by nothing to be seen. */
  | { readonly kind: 'settle-hint'; readonly machine: string; readonly hint: string; readonly outcome: 'healed' | 'unfounded' | 'unknown-machine' }
  /** The app machine `machine` does what is to be done once before the release `release` runs. */
  | { readonly kind: 'migrate'; readonly machine: string; readonly release: string }
  /** The release `release` failed on `machine`: the proven one is desired again, with its settings and environment. */
  | { readonly kind: 'roll-back'; readonly machine: string; readonly release: string; readonly why: string; readonly words?: string }
  /** `release` runs well beside the one that has the users, on all app machines: it gets them, on all of them at once. */
  | { readonly kind: 'change-over'; readonly machine: string; readonly release: string }
  /** `release` runs well on all app machines. */
  | { readonly kind: 'prove-release'; readonly machine: string; readonly release: string }
  /** A certificate by ACME, for the whole stack; `machine` is the controller's own. `replaces` (a fingerprint) and `failures` are what was known: void once that has changed. */
  | { readonly kind: 'order-certificate'; readonly machine: string; readonly replaces: string | null; readonly failures: number }
  /** The entry machine shows users the certificate of this digest from now on. */
  | { readonly kind: 'install-certificate'; readonly machine: string; readonly digest: string }
  | { readonly kind: 'remove'; readonly machine: string }
  /** Through the primary, for all nodes. */
  | { readonly kind: 'configure-database'; readonly machine: string }
  /** For parameters that wait for it; of the primary while clients wait. */
  | { readonly kind: 'restart-database'; readonly machine: string }
  /** `machine` leads etcd and hands over to the member `targetId`. */
  | { readonly kind: 'move-etcd-leader'; readonly machine: string; readonly target: string; readonly targetId: string }
