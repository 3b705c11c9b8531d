/** What each kind of event means to an incident: a fault, its end, a step that mends, or the end of all. */
import type { StackEvent } from '../controller/api.ts'

type Kind = StackEvent['kind']

/** The first of these opens an incident. */
const FAULTS: readonly Kind[] = ['silent', 'fenced', 'lock-revoked', 'unwell', 'drift', 'hint', 'rollout-stopped', 'startup-timeout', 'action-failed', 'rolled-back']

/** Steps that mend, taken by Regrow or by an engine that elected. */
const STEPS: readonly Kind[] = ['decided', 'created', 'born', 'joined', 'member', 'restarted', 'rebooted', 'powered-off', 'disk-freed', 'repaired', 'engine-killed', 'reinitialised', 'failed-over', 'switched-over', 'stood-down', 'handed-over', 'leader-changed', 'update-started']

/** Everything is healthy and redundant. */
const ENDS: readonly Kind[] = ['redundant', 'converged']

/** Which faults of the same machine an event ends. A full member was verified in every role. */
const CURES: Partial<Record<Kind, readonly Kind[]>> = {
  back: ['silent'],
  well: ['unwell', 'drift', 'action-failed', 'rollout-stopped'],
  repaired: ['drift'],
  updated: ['rollout-stopped', 'action-failed'],
  'fence-lifted': ['fenced', 'lock-revoked'],
  member: ['silent', 'fenced', 'lock-revoked', 'unwell', 'drift', 'startup-timeout', 'action-failed', 'rollout-stopped'],
  'hint-settled': ['hint'],
}

/** After these the same machine needs nobody any more, or something else of them. */
const PROGRESS: readonly Kind[] = ['back', 'well', 'decided', 'member', 'updated', 'update-started', 'restarted', 'rebooted', 'repaired', 'engine-killed', 'reinitialised', 'switched-over']

/** With these an incident can be over though no round found the stack less than redundant: a hint, drift that is only reported. */
const QUIET_ENDS: readonly Kind[] = ['hint-settled', 'well']

/** Machines that these name are not what the incident is about. */
const BYSTANDERS: readonly Kind[] = ['leader-changed', 'leads', 'handed-over', 'rotation', 'certificate', 'notify-failed']

export const isFault = (kind: Kind): boolean => FAULTS.includes(kind)
export const isStep = (kind: Kind): boolean => STEPS.includes(kind)
export const isEnd = (kind: Kind): boolean => ENDS.includes(kind)
export const isProgress = (kind: Kind): boolean => PROGRESS.includes(kind)
export const isQuietEnd = (kind: Kind): boolean => QUIET_ENDS.includes(kind)
export const isBystander = (kind: Kind): boolean => BYSTANDERS.includes(kind)
export const curedBy = (kind: Kind): readonly Kind[] => CURES[kind] ?? []
