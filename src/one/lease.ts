/**
 * Pure: when a machine may begin with what runs once in the stack, and when it must have ended it.
 *
 * The lease is a row of the database. Its holder renews it with a write, which a primary that was cut off can't acknowledge; who wants it next
 * takes it by compare-and-set once it has seen the row unchanged for `TAKE_OVER_MS`. Each side reads only its own clock: what was seen at a time was
 * begun before it, so the holder's time is over before the other's wait is (Gray and Cheriton, "Leases", 1989).
 */

/** All in ms. */
export const TIMING = {
  /** Between two renewals, and between two looks of who waits. */
  beatMs: 1000,
  /** How long an answer of the database may take before it counts as none. */
  answerMs: 1000,
  /** How long it may take to tell systemd of a renewal. */
  tellMs: 1000,
  /** How long after it was asked for a renewal is good. Longer than a failover of the database takes. */
  giveUpMs: 4000,
  /** systemd ends a holder that hangs so long after it last heard of a renewal. */
  watchdogMs: 4000,
  /** How long the processes have from SIGTERM to SIGKILL. */
  stopMs: 3000,
  /** For systemd's own work on a machine that is busy, and for clocks that don't run alike. */
  marginMs: 2000,
} as const

/** However a holder ends, it has ended so long after it asked for its last good renewal: by itself, or by systemd. */
const ENDED_MS = Math.max(TIMING.giveUpMs, TIMING.answerMs + TIMING.tellMs + TIMING.watchdogMs)
export const TAKE_OVER_MS = ENDED_MS + TIMING.stopMs + TIMING.marginMs

/** The row. */
export interface Lease {
  /** Grows with every holder: a fencing token. */
  readonly term: number
  /** Grows with every renewal within a term. */
  readonly beat: number
  /** Unique to a process, not to a machine; empty: it was given back. */
  readonly holder: string
}

/** What a waiting machine remembers: the row, and since when it has seen it unchanged. */
export interface Sighting {
  readonly lease: Lease
  /** The connection that it was seen on. A new one may lead to another primary: what was seen before doesn't count there. */
  readonly session: number
  readonly sinceMs: number
}

/** `nowMs`: when the answer came. */
export function look(before: Sighting | null, lease: Lease, session: number, nowMs: number): Sighting {
  const same = before !== null && before.session === session && before.lease.term === lease.term && before.lease.beat === lease.beat && before.lease.holder === lease.holder
  return same ? before : { lease, session, sinceMs: nowMs }
}

/** Whoever gives the lease back and starts again leaves it to those who have waited. */
const YOUNG_MS = 2500

/**
 * Its own name in the row is an attempt to take it that succeeded without an answer: its wait was over then. `bornMs`: since when this process looks.
 */
export const mayTake = ({ lease, sinceMs }: Sighting, self: string, nowMs: number, bornMs: number): boolean =>
  (lease.holder === '' && nowMs - bornMs >= YOUNG_MS) || lease.holder === self || nowMs - sinceMs >= TAKE_OVER_MS

/** Until when a renewal, or the taking itself, is good. `askedMs`: when it was sent. */
export const goodUntil = (askedMs: number): number => askedMs + TIMING.giveUpMs

/** Who ends after that was frozen, and another may be at work: there is no time left for a graceful stop. */
export const lateAfter = (askedMs: number): number => askedMs + ENDED_MS

/** Nothing is begun on a lease that was asked for longer ago: who hangs next must still be ended in time. */
export const mayBegin = (askedMs: number, nowMs: number): boolean => nowMs - askedMs <= TIMING.answerMs + TIMING.tellMs

/** How long to wait for an answer that is asked for now. */
export const answerWithin = (untilMs: number, nowMs: number): number => Math.max(0, Math.min(TIMING.answerMs, untilMs - nowMs))
