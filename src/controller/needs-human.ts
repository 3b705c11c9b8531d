/** Pure: which holds only a human can end. Those that pass by themselves (a lock that expires, a turn that comes) are not among them. */
import type { Reason } from '../decide/reason.ts'

const CODES: readonly Reason['code'][] = ['rollout-stopped', 'budget-spent', 'storm', 'mode-observe', 'own-machine']

export const needsHuman = (reason: Reason): boolean => CODES.includes(reason.code)
