/** Pure: how often a unit has begun anew of late, from looks at the id of its run. */

const WITHIN_MS = 300_000

export interface Starts {
  /** Empty: none has been seen. */
  readonly run: string
  /** When runs that are not the first one were seen to begin. */
  readonly restartsMs: readonly number[]
}

/** `run`: the id of the run that is under way; empty between two. */
export function recentStarts(before: Starts | null, run: string, nowMs: number): Starts {
  const kept = (before?.restartsMs ?? []).filter((atMs) => nowMs - atMs < WITHIN_MS)
  if (run === '' || run === before?.run) return { run: before?.run ?? '', restartsMs: kept }
  return { run, restartsMs: before === null || before.run === '' ? kept : [...kept, nowMs] }
}
