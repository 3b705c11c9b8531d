/** What a soak found. */
import type { CheckReport } from '../check/check.ts'

/** One fault, or two at once. Times are milliseconds. */
export interface RoundReport {
  /** Wall clock. */
  readonly atMs: number
  readonly faults: readonly FaultReport[]
  /** Longest time without an acknowledged write, from the first fault until all was whole again. */
  readonly gapMs: number
  /** From the first fault until all was healthy and redundant; null: not in time. */
  readonly wholeMs: number | null
  /** From when the last fault was taken back; null: not in time. */
  readonly healedMs: number | null
  readonly failedWrites: number
  readonly unknownWrites: number
}

export interface FaultReport {
  readonly name: string
  /** `db-1 loses power` */
  readonly what: string
  readonly target: string
  /** After the round's first. */
  readonly afterMs: number
  /** Until it was taken back; null: it was over at once, or was left to be healed. */
  readonly lastedMs: number | null
  /** Why it could not be done; null: it was. */
  readonly refused: string | null
}

export interface SoakReport {
  readonly stack: string
  readonly seed: number
  readonly writers: number
  readonly startedMs: number
  readonly endedMs: number
  /** Those that were done. */
  readonly faults: number
  readonly rounds: readonly RoundReport[]
  /** What was the matter when the stack did not become whole; empty when it always did. */
  readonly notWhole: readonly string[]
  readonly check: CheckReport
  readonly passed: boolean
}

/** `held`, always whole again, and something was broken at all. */
export const soakPassed = ({ faults, notWhole, check }: Pick<SoakReport, 'faults' | 'notWhole' | 'check'>): boolean =>
  faults > 0 && notWhole.length === 0 && check.verdict === 'held'

export const doneFaults = (rounds: readonly RoundReport[]): readonly FaultReport[] => rounds.flatMap(({ faults }) => faults.filter(({ refused }) => refused === null))

/** Each kind of fault, alone, with the times of its rounds; two at once are a kind of their own. */
export function byKind(rounds: readonly RoundReport[]): ReadonlyMap<string, readonly RoundReport[]> {
  const kinds = new Map<string, RoundReport[]>()
  for (const round of rounds) {
    const done = doneFaults([round])
    const kind = done.length > 1 ? 'two at once' : done[0]?.name
    if (kind !== undefined) kinds.set(kind, [...(kinds.get(kind) ?? []), round])
  }
  return new Map([...kinds].toSorted(([one], [other]) => one.localeCompare(other)))
}
