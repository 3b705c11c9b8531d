/** What an incident is: one fault or several that overlap, from the first sign until the stack is redundant again. */
import type { StackEvent } from '../controller/api.ts'

/**
 * `open`: Regrow is at it. `needs-you`: something holds that only a human can end. `healed`: closed, and something was done
 * (by Regrow, or by an engine that elected). `passed`: closed, and nothing was done: it came back by itself.
 */
export type Outcome = 'open' | 'needs-you' | 'healed' | 'passed'

export interface Fault {
  readonly kind: StackEvent['kind']
  readonly machine: string | null
  readonly sinceMs: number
  /** Null while it lasts. */
  readonly endedMs: number | null
}

/** One line of the timeline. What repeats is one line with a count: a flapping link must not fill a record. */
export interface Entry {
  readonly event: number
  readonly atMs: number
  readonly kind: StackEvent['kind']
  readonly machine: string | null
  readonly text: string
  readonly times: number
  /** When it was said last. */
  readonly lastMs: number
}

/** What an event rested on, kept because the machine that could say it may be gone. */
export interface Evidence {
  readonly event: number
  readonly kind: StackEvent['kind']
  readonly machine: string | null
  readonly facts: Readonly<Record<string, unknown>>
}

/** A hold that only a human can end. */
export interface Need {
  /** The reason's code and the machine: the same need is told once. */
  readonly key: string
  readonly code: string
  readonly machine: string | null
  readonly text: string
  readonly sinceMs: number
  readonly endedMs: number | null
}

/** How long the database had no proven primary, as the controller saw it: see `gap.ts`. */
export interface Gap {
  readonly what: 'database-writes'
  readonly from: string
  readonly to: string
  readonly fromMs: number
  readonly toMs: number
}

export interface Incident {
  /** Grows by one; survives controllers. */
  readonly number: number
  /** The first sign: for a silent machine its first unanswered poll. */
  readonly openedMs: number
  readonly closedMs: number | null
  readonly outcome: Outcome
  /** The sentence of the first sign. */
  readonly title: string
  /** All that it is about, in order of appearance. */
  readonly machines: readonly string[]
  readonly faults: readonly Fault[]
  readonly timeline: readonly Entry[]
  /** Entries that found no room any more. */
  readonly omitted: number
  readonly evidence: readonly Evidence[]
  readonly needs: readonly Need[]
  /** Null: unknown, or the database's primary was not concerned. */
  readonly gap: Gap | null
  /** Steps that mended something. */
  readonly steps: number
  /** Number of the last event that it knows. */
  readonly lastEvent: number
}

/** All that folding one more event needs. */
export interface Book {
  /** Oldest first. */
  readonly incidents: readonly Incident[]
  /** The database's primary by the last event that said so. */
  readonly leader: string | null
  /** From whom it was taken, and when; null: nobody before. */
  readonly change: { readonly from: string; readonly to: string; readonly atMs: number } | null
  /** Number of the last event that was folded in. */
  readonly lastEvent: number
}

export const emptyBook: Book = { incidents: [], leader: null, change: null, lastEvent: 0 }

export const isOpen = (incident: Incident): boolean => incident.closedMs === null

/** When something last happened in it. */
export const lastMs = (incident: Incident): number => incident.timeline.reduce((last, entry) => Math.max(last, entry.lastMs), incident.openedMs)
