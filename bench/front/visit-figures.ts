/** Pure: what visitors saw in a stretch of time. */
import { longestGapMs, percentile } from '../../src/load/analysis.ts'
import type { Visit } from './visit.ts'

export interface VisitFigures {
  readonly requests: number
  /** Whose first try got no good answer: what a client sees that doesn't try again. */
  readonly failedAtFirst: number
  /** Who got no good answer at all. */
  readonly failed: number
  /** What went wrong at the tries, and how often. */
  readonly kinds: Readonly<Record<string, number>>
  /** How long visitors waited, a second try included, and those who failed included; null without any. */
  readonly p50Ms: number | null
  readonly p99Ms: number | null
  /** The longest time without a good answer. */
  readonly gapMs: number
}

/** Of all visits that were under way in [fromMs, untilMs). */
export function figuresOf(visits: readonly Visit[], fromMs: number, untilMs: number): VisitFigures {
  const concerned = visits.filter(({ sentMs, endMs }) => endMs >= fromMs && sentMs < untilMs)
  const waitedMs = concerned.map(({ sentMs, endMs }) => endMs - sentMs)
  const rounded = (value: number | null): number | null => (value === null ? null : Math.round(value * 10) / 10)
  return {
    requests: concerned.length,
    failedAtFirst: concerned.filter(({ failures }) => failures.length > 0).length,
    failed: concerned.filter(({ answered }) => !answered).length,
    kinds: kindsOf(concerned.flatMap(({ failures }) => failures)),
    p50Ms: rounded(percentile(waitedMs, 50)),
    p99Ms: rounded(percentile(waitedMs, 99)),
    gapMs: Math.round(longestGapMs(visits.filter(({ answered }) => answered).map(({ endMs }) => endMs), fromMs, untilMs)),
  }
}

const kindsOf = (kinds: readonly string[]): Record<string, number> =>
  Object.fromEntries([...new Set(kinds)].toSorted().map((kind) => [kind, kinds.filter((one) => one === kind).length]))
