/** Figures from what the client saw; pure. */
import type { Failure, PathRecord } from './path-record.ts'

/**
 * The longest time without a good answer that reaches into [fromMs, untilMs]: between two consecutive good answers,
 * from the last one before `fromMs`, up to `untilMs` if none came any more. It contains the client's own interval
 * (10 ms at 100 reads a second): `steadyGapMs` says how much that is when nothing is broken.
 */
export function longestGapMs(okMs: readonly number[], fromMs: number, untilMs: number): number {
  let previous = fromMs
  let longest = 0
  for (const at of okMs) {
    if (at >= untilMs) break
    if (at > fromMs) longest = Math.max(longest, at - previous)
    previous = at
  }
  return Math.max(longest, untilMs - Math.min(previous, untilMs))
}

/** Nearest rank: the smallest value that at least `percent` of all are not above; null without values. */
export function percentile(values: readonly number[], percent: number): number | null {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length))
  return sorted[rank - 1] ?? null
}

/** How often each kind occurred, the most frequent first. */
export function countKinds(failures: readonly Failure[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const { kind } of failures) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return Object.fromEntries([...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b)))
}

export interface PathFigures {
  readonly ok: number
  readonly gapMs: number
  /** The longest gap while everything still worked: the client's own interval and the machine's noise. */
  readonly steadyGapMs: number
  readonly errors: number
  readonly errorKinds: Readonly<Record<string, number>>
  readonly unknown: number
  readonly unknownKinds: Readonly<Record<string, number>>
  readonly retries: number
  readonly p50Ms: number | null
  readonly p99Ms: number | null
  /** Of answers that came since the break. */
  readonly brokenP99Ms: number | null
}

export interface Window {
  /** From here on everything was warm. */
  readonly steadyMs: number
  readonly breakMs: number
  readonly endMs: number
}

const rounded = (value: number | null): number | null => (value === null ? null : Math.round(value * 10) / 10)

export function figuresOf(record: PathRecord, window: Window): PathFigures {
  const errors = record.failures.filter((failure) => failure.is === 'error')
  const unknown = record.failures.filter((failure) => failure.is === 'unknown')
  return {
    ok: record.okMs.length,
    gapMs: Math.round(longestGapMs(record.okMs, window.breakMs, window.endMs)),
    steadyGapMs: Math.round(longestGapMs(record.okMs, window.steadyMs, window.breakMs)),
    errors: errors.length,
    errorKinds: countKinds(errors),
    unknown: unknown.length,
    unknownKinds: countKinds(unknown),
    retries: record.retries,
    p50Ms: rounded(percentile(record.latencyMs, 50)),
    p99Ms: rounded(percentile(record.latencyMs, 99)),
    brokenP99Ms: rounded(percentile(record.latencyMs.filter((_, index) => (record.okMs[index] ?? 0) >= window.breakMs), 99)),
  }
}
