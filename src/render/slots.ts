/** Two places on an app machine for a release: one has the users, the other is free, or has the next release, or the one of before. */
import type { Plan } from '../plan/types.ts'
import type { ReleaseRef } from './input.ts'

export const SLOTS = ['blue', 'green'] as const
export type Slot = (typeof SLOTS)[number]

/** A release beside the one that has the users, with its own settings and environment. */
export interface Beside {
  readonly release: ReleaseRef
  readonly app: Plan['app']
  readonly env: Readonly<Record<string, string>>
}

export interface Slots {
  /** Which one has the users. */
  readonly live: Slot
  readonly beside: Beside | null
}

/** A stack that never changed over. */
export const ONE_SLOT: Slots = { live: 'blue', beside: null }

export const otherSlot = (slot: Slot): Slot => (slot === 'blue' ? 'green' : 'blue')

/** `app.port`, and the next one for green. */
export const portOf = ({ port }: Pick<Plan['app'], 'port'>, slot: Slot): number => (slot === 'blue' ? port : port + 1)
