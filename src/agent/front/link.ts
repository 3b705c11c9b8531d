/** Pure: a machine whose link came back keeps away from the entry address for a while, and for longer each time, so that the address doesn't flap with it. */

/** Long enough to hear who holds the address by now. */
const FIRST_MS = 1000
const LONGEST_MS = 30_000
/** Losses of longer ago are another story. */
const MEMORY_MS = 60_000

export interface Link {
  /** When it was lost, by the monotonic clock, oldest first. */
  readonly lossesMs: readonly number[]
  readonly changes: number
  readonly up: boolean
}

export const STEADY: Link = { lossesMs: [], changes: 0, up: true }

/** `changes`: the kernel's count of how often the carrier came or went since boot. One look may have missed both. */
export function afterLook(before: Link | null, changes: number, up: boolean, nowMs: number): Link {
  if (before === null) return { ...STEADY, changes, up }
  if (changes === before.changes) return before
  const losses = Math.max(1, Math.floor((changes - before.changes + (before.up ? 1 : 0)) / 2))
  const lost = before.up || changes - before.changes > 1
  const recent = before.lossesMs.filter((at) => at > nowMs - MEMORY_MS)
  return { lossesMs: lost ? [...recent, ...Array.from({ length: losses }, () => nowMs)] : [...recent.slice(0, -1), ...(recent.length > 0 ? [nowMs] : [])], changes, up }
}

/** For how long it still keeps away; 0: it doesn't. */
export function quietLeftMs({ lossesMs, up }: Link, nowMs: number): number {
  const last = lossesMs.at(-1)
  if (last === undefined) return 0
  const times = lossesMs.filter((at) => at > nowMs - MEMORY_MS).length
  const quietMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, times - 1))
  return up ? Math.max(0, last + quietMs - nowMs) : quietMs
}
