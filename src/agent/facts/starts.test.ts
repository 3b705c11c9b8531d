import { expect, test } from 'vitest'
import { recentStarts, type Starts } from './starts.ts'

test('each new run after the first one is a restart, and is forgotten after five minutes', () => {
  const looks: [string, number][] = [['', 0], ['a', 1000], ['a', 2000], ['', 3000], ['b', 4000], ['', 5000], ['c', 6000], ['c', 304_500]]
  const seen: number[][] = []
  let starts: Starts | null = null
  for (const [run, nowMs] of looks) {
    starts = recentStarts(starts, run, nowMs)
    seen.push([...starts.restartsMs])
  }
  expect(seen).toEqual([[], [], [], [], [4000], [4000], [4000, 6000], [6000]])
})
