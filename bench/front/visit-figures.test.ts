import { expect, test } from 'vitest'
import type { Visit } from './visit.ts'
import { figuresOf } from './visit-figures.ts'

const good = (sentMs: number, tookMs = 10): Visit => ({ sentMs, endMs: sentMs + tookMs, failures: [], answered: true })
const visits: readonly Visit[] = [
  good(0), good(100), good(900),
  { sentMs: 950, endMs: 951, failures: ['http-502'], answered: false },
  // Under way when it began: it counts.
  { sentMs: 990, endMs: 3020, failures: ['timeout'], answered: true },
  good(3100),
  { sentMs: 1500, endMs: 5500, failures: ['timeout', 'timeout'], answered: false },
  good(6000),
]

test('whoever was under way counts, and failures are told from second tries', () => {
  expect(figuresOf(visits, 1000, 6000)).toEqual({ requests: 3, failedAtFirst: 2, failed: 1, kinds: { timeout: 3 }, p50Ms: 2030, p99Ms: 4000, gapMs: 2890 })
})

test('the gap begins with the last answer before', () => {
  expect(figuresOf(visits, 1000, 3200).gapMs).toBe(3020 - 910)
})

test('an answer that says no is a failure at the first try', () => {
  expect(figuresOf(visits, 940, 960)).toMatchObject({ failedAtFirst: 1, failed: 1, kinds: { 'http-502': 1 } })
})

test('without visitors there is nothing to tell but silence', () => {
  expect(figuresOf([], 0, 500)).toEqual({ requests: 0, failedAtFirst: 0, failed: 0, kinds: {}, p50Ms: null, p99Ms: null, gapMs: 500 })
})
