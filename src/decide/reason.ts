/** Why the loop acts or holds, as data. `src/report/explain.ts` alone turns it into English. */
import type { Role } from '../plan/types.ts'

export type Reason =
  | { readonly code: 'all-healthy' }
  | { readonly code: 'no-desired-state' }
  | { readonly code: 'mode-observe'; readonly machine: string }
  | { readonly code: 'machines-absent'; readonly machines: readonly string[] }
  | { readonly code: 'machine-silent'; readonly machine: string; readonly silentMs: number; readonly observers: readonly string[] }
  | { readonly code: 'confirming'; readonly machine: string; readonly silentMs: number; readonly confirmMs: number }
  | { readonly code: 'seen-by-another'; readonly machine: string; readonly observer: string }
  | { readonly code: 'no-second-observer'; readonly machine: string }
  | { readonly code: 'requested'; readonly machine: string; readonly by: string }
  | { readonly code: 'creation-unfinished'; readonly machine: string }
  | { readonly code: 'newborn-waits'; readonly machine: string }
  | { readonly code: 'awaiting-newborn'; readonly machine: string }
  | { readonly code: 'awaiting-etcd-turn'; readonly machine: string; readonly before: string }
  | { readonly code: 'learner-caught-up'; readonly machine: string }
  | { readonly code: 'verified'; readonly machine: string }
  | { readonly code: 'birth-timeout'; readonly machine: string; readonly startupMs: number }
  | { readonly code: 'replacement-in-flight'; readonly machine: string }
  | { readonly code: 'waiting-for-membership'; readonly machine: string; readonly problems: readonly string[] }
  | { readonly code: 'would-lose-etcd-quorum'; readonly machine: string; readonly healthyAfter: number; readonly needed: number }
  | { readonly code: 'last-good-copy'; readonly machine: string }
  | { readonly code: 'database-leader-unknown'; readonly machine: string }
  | { readonly code: 'is-primary'; readonly machine: string }
  | { readonly code: 'last-of-role'; readonly machine: string; readonly role: Role }
  | { readonly code: 'own-machine'; readonly machine: string }
  | { readonly code: 'budget-spent'; readonly machine: string; readonly replacements: number; readonly max: number }
  | { readonly code: 'storm'; readonly silent: readonly string[] }
  | { readonly code: 'etcd-unavailable' }
  | { readonly code: 'manifest-outdated'; readonly machine: string; readonly from: string | null; readonly to: string }
  | { readonly code: 'rollout-stopped'; readonly machine: string; readonly why: string }
  | { readonly code: 'size-outdated'; readonly machine: string }
  | { readonly code: 'size-pending'; readonly machine: string; readonly primary: boolean }
  | { readonly code: 'machine-surplus'; readonly machine: string }
  | { readonly code: 'etcd-leader-on-primary'; readonly machine: string; readonly target: string }
  | { readonly code: 'database-settings-outdated'; readonly machine: string }
  | { readonly code: 'updating'; readonly machine: string }
  | { readonly code: 'unwell'; readonly machine: string; readonly problems: readonly string[] }
  | { readonly code: 'request-void'; readonly machine: string }
