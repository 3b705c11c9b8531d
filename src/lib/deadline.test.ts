import { describe, expect, test } from 'vitest'
import { deadline } from './deadline.ts'

/** A deadline of 4 s that was set when both clocks said 1000. */
function seenAt(wallMs: number, monotonicMs: number): boolean {
  const now = { wall: 1000, monotonic: 1000 }
  const end = deadline(4000, { wall: () => now.wall, monotonic: () => now.monotonic })
  Object.assign(now, { wall: wallMs, monotonic: monotonicMs })
  return end.isOver()
}

describe('a deadline', () => {
  test.each<[string, number, number, boolean]>([
    ['is not over before its time', 4999, 4999, false],
    ['is over at its time', 5000, 5000, true],
    ['is over though the wall clock was set back an hour', 5000 - 3_600_000, 5000, true],
    ['is over when the machine was suspended meanwhile', 3_600_000, 1100, true],
    ['is over, too early, when the wall clock was set forward: whoever leads stands back', 3_600_000, 2000, true],
  ])('%s', (_name, wall, monotonic, over) => {
    expect(seenAt(wall, monotonic)).toBe(over)
  })
})
