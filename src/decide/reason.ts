/** Why the loop acts or holds, as data. `src/report/explain.ts` alone turns it into English. */
import type { DriftItem } from '../agent/api.ts'
import type { Role } from '../plan/types.ts'
import type { Problem } from './problem.ts'
import type { Attempt } from './world.ts'

/** Why a machine is to be replaced, rebooted or mended; it may be carried along while something else must come first. */
export type Cause =
  | { readonly code: 'machine-silent'; readonly machine: string; readonly silentMs: number; readonly observers: readonly string[] }
  | { readonly code: 'machine-hung'; readonly machine: string; readonly silentMs: number; readonly observers: readonly string[]; readonly outcome: 'open' | 'refused' }
  | { readonly code: 'disk-stalled'; readonly machine: string; readonly stalledMs: number }
  | { readonly code: 'engine-deaf'; readonly machine: string; readonly deafMs: number }
  | { readonly code: 'replica-stuck'; readonly machine: string; readonly problem: Problem; readonly forMs: number; readonly times: number }
  | { readonly code: 'requested'; readonly machine: string; readonly by: string }
  | { readonly code: 'birth-timeout'; readonly machine: string; readonly startupMs: number }
  | { readonly code: 'size-outdated'; readonly machine: string }
  | { readonly code: 'restart-due'; readonly machine: string; readonly unit: string; readonly problem: Problem; readonly times: number }
  | { readonly code: 'reboot-due'; readonly machine: string; readonly problem: Problem; readonly restarts: number }
  | { readonly code: 'ladder-climbed'; readonly machine: string; readonly problem: Problem; readonly restarts: number; readonly reboots: number }
  | { readonly code: 'drifted'; readonly machine: string; readonly items: readonly DriftItem[] }
  | { readonly code: 'hint-trusted'; readonly machine: string; readonly source: string; readonly hint: string; readonly evidence: string }
  | { readonly code: 'too-old'; readonly machine: string; readonly ageMs: number; readonly maxAgeMs: number }
  | { readonly code: 'restart-pending'; readonly machine: string }
  | { readonly code: 'disk-full'; readonly machine: string; readonly usedPercent: number; readonly freed: boolean }
  /** `unseenMs`: for how long none of `apps` has reached it. */
  | { readonly code: 'cut-from-apps'; readonly machine: string; readonly apps: readonly string[]; readonly unseenMs: number }
  | { readonly code: 'certificate-expiring'; readonly machine: string; readonly leftMs: number }
  /** `machine` leaves the entry address to `target`. */
  | { readonly code: 'two-holders'; readonly machine: string; readonly target: string }
  | { readonly code: 'entry-blind'; readonly machine: string; readonly target: string; readonly blindMs: number }

export type Reason =
  | Cause
  | { readonly code: 'all-healthy' }
  | { readonly code: 'stays-down'; readonly machine: string; readonly target: string }
  | { readonly code: 'stand-up'; readonly machine: string }
  | { readonly code: 'no-desired-state' }
  | { readonly code: 'mode-observe'; readonly machine: string }
  | { readonly code: 'paused'; readonly machine: string; readonly scope: 'stack' | 'machine'; readonly why: string; readonly by: string; readonly untilMs: number }
  | { readonly code: 'machines-absent'; readonly machines: readonly string[] }
  | { readonly code: 'confirming'; readonly machine: string; readonly silentMs: number; readonly confirmMs: number }
  | { readonly code: 'seen-by-another'; readonly machine: string; readonly observer: string }
  | { readonly code: 'no-second-observer'; readonly machine: string }
  | { readonly code: 'creation-unfinished'; readonly machine: string }
  | { readonly code: 'newborn-waits'; readonly machine: string }
  | { readonly code: 'awaiting-newborn'; readonly machine: string }
  | { readonly code: 'awaiting-etcd-turn'; readonly machine: string; readonly before: string }
  | { readonly code: 'learner-caught-up'; readonly machine: string }
  | { readonly code: 'verified'; readonly machine: string }
  | { readonly code: 'replacement-in-flight'; readonly machine: string }
  | { readonly code: 'terraform-locked'; readonly machine: string; readonly holder: string }
  | { readonly code: 'waiting-for-membership'; readonly machine: string; readonly problems: readonly Problem[] }
  | { readonly code: 'would-lose-etcd-quorum'; readonly machine: string; readonly healthyAfter: number; readonly needed: number }
  | { readonly code: 'last-good-copy'; readonly machine: string }
  | { readonly code: 'database-leader-unknown'; readonly machine: string }
  | { readonly code: 'is-primary'; readonly machine: string }
  | { readonly code: 'no-primary' }
  | { readonly code: 'already-primary'; readonly machine: string }
  | { readonly code: 'not-an-heir'; readonly machine: string; readonly target: string }
  | { readonly code: 'switchover-asked'; readonly machine: string; readonly target: string; readonly by: string }
  | { readonly code: 'no-heir'; readonly machine: string }
  | { readonly code: 'switch-over-first'; readonly machine: string; readonly target: string; readonly cause: Cause }
  | { readonly code: 'last-of-role'; readonly machine: string; readonly role: Role }
  | { readonly code: 'primary-dead'; readonly machine: string; readonly cause: Cause }
  | { readonly code: 'failover-refused'; readonly machine: string; readonly because: 'asynchronous' | 'no-standby' | 'standby-unreachable' | 'standby-stalled'; readonly standby: string | null }
  | { readonly code: 'fence-standby'; readonly machine: string; readonly cause: Cause }
  | { readonly code: 'fence-kept'; readonly machine: string }
  | { readonly code: 'fence-over'; readonly machine: string; readonly reborn: boolean }
  | { readonly code: 'power-off-first'; readonly machine: string; readonly waiting: string; readonly cause: Cause }
  | { readonly code: 'own-machine'; readonly machine: string }
  | { readonly code: 'hand-over-first'; readonly machine: string; readonly target: string; readonly cause: Cause }
  | { readonly code: 'no-successor'; readonly machine: string }
  | { readonly code: 'preferred-is-back'; readonly machine: string; readonly target: string }
  | { readonly code: 'budget-spent'; readonly machine: string; readonly replacements: number; readonly max: number }
  | { readonly code: 'storm'; readonly silent: readonly string[] }
  | { readonly code: 'not-seen-yet'; readonly machine: string; readonly unseen: readonly string[] }
  | { readonly code: 'common-cause'; readonly machine: string; readonly problem: Problem; readonly others: readonly string[] }
  | { readonly code: 'settling'; readonly machine: string; readonly step: Attempt['step']; readonly leftMs: number }
  | { readonly code: 'etcd-unavailable' }
  | { readonly code: 'manifest-outdated'; readonly machine: string; readonly from: string | null; readonly to: string }
  | { readonly code: 'rollout-stopped'; readonly machine: string; readonly problems: readonly Problem[] }
  | { readonly code: 'migration-due'; readonly machine: string; readonly release: string }
  | { readonly code: 'awaiting-migration'; readonly machine: string; readonly on: string | null }
  | { readonly code: 'migration-failed'; readonly machine: string; readonly error: string }
  | { readonly code: 'release-unhealthy'; readonly machine: string; readonly release: string; readonly forMs: number }
  | { readonly code: 'release-refused'; readonly machine: string; readonly release: string; readonly error: string }
  | { readonly code: 'change-over'; readonly release: string }
  | { readonly code: 'release-proven'; readonly release: string }
  | { readonly code: 'size-pending'; readonly machine: string; readonly primary: boolean }
  | { readonly code: 'machine-surplus'; readonly machine: string }
  | { readonly code: 'etcd-leader-on-primary'; readonly machine: string; readonly target: string }
  | { readonly code: 'database-settings-outdated'; readonly machine: string }
  | { readonly code: 'updating'; readonly machine: string }
  | { readonly code: 'unwell'; readonly machine: string; readonly problems: readonly Problem[] }
  | { readonly code: 'drift-reported'; readonly machine: string; readonly items: readonly DriftItem[] }
  | { readonly code: 'drift-everywhere'; readonly machine: string; readonly item: DriftItem; readonly others: readonly string[] }
  | { readonly code: 'verifying-hint'; readonly machine: string; readonly hint: string; readonly source: string; readonly leftMs: number }
  | { readonly code: 'hint-healed'; readonly machine: string; readonly hint: string }
  | { readonly code: 'hint-unfounded'; readonly machine: string; readonly hint: string; readonly source: string }
  | { readonly code: 'hint-unknown-machine'; readonly machine: string; readonly hint: string }
  | { readonly code: 'flapping'; readonly machine: string; readonly times: number }
  | { readonly code: 'clock-skew'; readonly machine: string; readonly skewMs: number }
  | { readonly code: 'disk-filling'; readonly machine: string; readonly usedPercent: number }
  /** What can go has gone already. */
  | { readonly code: 'no-room'; readonly machine: string; readonly usedPercent: number; readonly primary: boolean }
  | { readonly code: 'connections-scarce'; readonly machine: string; readonly used: number; readonly max: number }
  | { readonly code: 'work-failing'; readonly machine: string; readonly workers: readonly string[]; readonly jobs: readonly string[] }
  /** `leftMs`: of the one that there is; null: there is none. */
  | { readonly code: 'certificate-due'; readonly why: 'none' | 'asked' | 'authority' | 'names' | 'ending'; readonly names: readonly string[]; readonly leftMs: number | null }
  | { readonly code: 'certificate-awaits-entry' }
  | { readonly code: 'certificate-backoff'; readonly failures: number; readonly error: string; readonly untilMs: number }
  | { readonly code: 'certificate-outdated'; readonly machine: string }
  /** Nobody has given one out yet. */
  | { readonly code: 'certificate-missing'; readonly machine: string; readonly failures: number; readonly error: string }
  /** `lastError`: of an attempt to renew it; null: none failed. */
  | { readonly code: 'certificate-ending'; readonly machine: string; readonly names: readonly string[]; readonly leftMs: number; readonly brought: boolean; readonly lastError: string | null }
  | { readonly code: 'request-void'; readonly machine: string }

/** Holds that end only when a human does something. */
export const NEEDS_HUMAN: readonly Reason['code'][] = ['budget-spent', 'storm', 'common-cause', 'rollout-stopped', 'migration-failed', 'drift-everywhere', 'no-heir', 'flapping', 'disk-filling', 'no-room', 'connections-scarce', 'work-failing', 'cut-from-apps', 'drift-reported', 'mode-observe', 'no-successor', 'certificate-missing', 'certificate-ending']
