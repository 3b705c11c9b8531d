import { describe, expect, test } from 'vitest'
import { countKinds, figuresOf, longestGapMs, percentile } from './analysis.ts'

describe('longestGapMs', () => {
  test('the longest time between two consecutive good answers', () => {
    expect(longestGapMs([0, 10, 20, 320, 330], 0, 340)).toBe(300)
  })

  test('a gap before the window does not count', () => {
    expect(longestGapMs([0, 500, 510, 520], 510, 530)).toBe(10)
  })

  test('a gap that the break falls into counts from the last good answer before it', () => {
    expect(longestGapMs([100, 110, 400, 410], 115, 420)).toBe(290)
  })

  test('no good answer ever again: up to the end', () => {
    expect(longestGapMs([100, 110], 115, 1115)).toBe(1005)
  })

  test('no good answer at all: the whole window', () => {
    expect(longestGapMs([], 100, 1100)).toBe(1000)
  })

  test('answers after the end are not looked at', () => {
    expect(longestGapMs([100, 110, 120, 900], 100, 130)).toBe(10)
  })

  test('an answer at the very moment of the break is before it', () => {
    expect(longestGapMs([100, 200], 100, 200)).toBe(100)
  })
})

describe('percentile, nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)

  test.each([
    [50, 50],
    [99, 99],
    [100, 100],
    [0, 1],
  ])('p%i of 1..100 is %i', (percent, value) => {
    expect(percentile(hundred, percent)).toBe(value)
  })

  test('of one value and of none', () => {
    expect(percentile([7], 99)).toBe(7)
    expect(percentile([], 50)).toBeNull()
  })
})

test('countKinds counts, the most frequent first', () => {
  const failures = ['reset', 'timeout', 'timeout'].map((kind) => ({ atMs: 0, is: 'error' as const, kind }))
  expect(Object.entries(countKinds(failures))).toEqual([
    ['timeout', 2],
    ['reset', 1],
  ])
})

test('figuresOf keeps errors, unknown outcomes and the steady state apart', () => {
  const record = {
    okMs: [0, 10, 20, 30, 430, 440],
    latencyMs: [1, 2, 3, 4, 5, 400],
    failures: [
      { atMs: 35, is: 'error' as const, kind: 'reset' },
      { atMs: 36, is: 'unknown' as const, kind: 'timeout' },
    ],
    retries: 3,
  }
  expect(figuresOf(record, { steadyMs: 0, breakMs: 31, endMs: 445 })).toEqual({
    ok: 6,
    gapMs: 400,
    steadyGapMs: 10,
    errors: 1,
    errorKinds: { reset: 1 },
    unknown: 1,
    unknownKinds: { timeout: 1 },
    retries: 3,
    p50Ms: 3,
    p99Ms: 400,
    brokenP99Ms: 400,
  })
})
