/** What a rule answers: act, or hold; both with a reason. */
import type { Guards } from './guards.ts'
import type { Reason } from './reason.ts'
import type { Action, World } from './world.ts'

export type Decision =
  | { readonly kind: 'act'; readonly rule: string; readonly reason: Reason; readonly actions: readonly Action[] }
  | { readonly kind: 'hold'; readonly rule: string; readonly reason: Reason; readonly recheckMs: number }

/** A rule speaks for as many machines as it likes, or stays silent. */
export type Rule = (world: World, guards: Guards) => readonly Decision[]

const RECHECK_MS = 500

export const hold = (rule: string, reason: Reason): Decision => ({ kind: 'hold', rule, reason, recheckMs: RECHECK_MS })
export const act = (rule: string, reason: Reason, ...actions: readonly Action[]): Decision => ({ kind: 'act', rule, reason, actions })
