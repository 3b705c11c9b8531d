/** What can be wrong with one machine, as data. `src/report/explain.ts` alone turns it into English. */
import type { UnitState } from '../agent/api.ts'

export type Problem =
  | { readonly code: 'not-planned' }
  | { readonly code: 'no-facts' }
  | { readonly code: 'manifest-failed'; readonly error: string }
  | { readonly code: 'manifest-other'; readonly has: string | null; readonly wants: string }
  | { readonly code: 'unit-down'; readonly unit: string; readonly state: UnitState }
  | { readonly code: 'app-unhealthy' }
  | { readonly code: 'next-unhealthy' }
  | { readonly code: 'out-of-pool'; readonly entry: string }
  | { readonly code: 'entry-unhealthy' }
  | { readonly code: 'no-database-leader' }
  | { readonly code: 'database-no-facts' }
  | { readonly code: 'lock-without-primary'; readonly role: string; readonly state: string }
  | { readonly code: 'replica-not-streaming'; readonly state: string }
  | { readonly code: 'replica-unseen' }
  | { readonly code: 'no-synchronous-standby' }
  | { readonly code: 'engine-deaf' }
  | { readonly code: 'disk-stalled' }
  | { readonly code: 'no-etcd-member' }
  | { readonly code: 'etcd-learner' }
  | { readonly code: 'etcd-unhealthy' }
