/** Random faults against the lease's arithmetic. What hangs here is a process; a machine that freezes as a whole is no matter of arithmetic (docs/operate/workers.md). */
import { expect, test } from 'vitest'
import { overlaps, runModel } from '../../test/fixtures/lease-model.ts'

const SEEDS = Array.from({ length: 150 }, (_, index) => index)
const options = { machines: 3, lastsMs: 180_000, calmFromMs: 150_000 }

test('never two at a time, in growing terms, and one of them soon after all is calm', () => {
  let begun = 0
  for (const seed of SEEDS) {
    const spans = runModel({ seed, ...options })
    begun += spans.length
    expect(overlaps(spans), `seed ${seed}`).toEqual([])
    expect(spans.map(({ term }) => term), `seed ${seed}`).toEqual(spans.map(({ term }) => term).toSorted((a, b) => a - b))
    expect(spans.at(-1)?.toMs, `seed ${seed}`).toBe(options.lastsMs)
  }
  // Else the faults would prove nothing.
  expect(begun).toBeGreaterThan(SEEDS.length * 3)
})

test('the model would see it: with three seconds less to wait there are two at a time', () => {
  expect(SEEDS.some((seed) => overlaps(runModel({ seed, ...options, waitLessMs: 3000 })).length > 0)).toBe(true)
})
