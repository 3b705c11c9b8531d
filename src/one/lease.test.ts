import { describe, expect, test } from 'vitest'
import { answerWithin, goodUntil, lateAfter, look, mayBegin, mayTake, TAKE_OVER_MS, type Lease, type Sighting } from './lease.ts'

const lease: Lease = { term: 7, beat: 3, holder: 'app-1/a' }
const seen: Sighting = { lease, session: 1, sinceMs: 1000 }

describe('since when the row is seen unchanged', () => {
  test.each<[string, Sighting | null, Lease, number, number]>([
    ['at first', null, lease, 1, 5000],
    ['unchanged', seen, { ...lease }, 1, 1000],
    ['renewed', seen, { ...lease, beat: 4 }, 1, 5000],
    ['taken', seen, { term: 8, beat: 3, holder: 'app-1/a' }, 1, 5000],
    ['given back', seen, { ...lease, holder: '' }, 1, 5000],
    ['older again, on another primary', seen, { ...lease, beat: 2 }, 1, 5000],
    ['the same on a new connection', seen, { ...lease }, 2, 5000],
  ])('%s', (_name, before, now, session, sinceMs) => {
    expect(look(before, now, session, 5000)).toEqual({ lease: now, session, sinceMs })
  })
})

describe('who may take it', () => {
  test.each<[string, string, number, boolean, number?]>([
    ['another\'s, seen just now', 'app-1/a', 1000, false],
    ['another\'s, a moment too early', 'app-1/a', 11_999, false],
    ['another\'s, unchanged for eleven seconds', 'app-1/a', 12_000, true],
    ['nobody\'s', '', 2500, true],
    ['nobody\'s, and it has only just begun to look', '', 2500, false, 100],
    ['our own, from an attempt without an answer', 'app-2/b', 1000, true],
    ['our machine\'s, from before the program started again', 'app-2/a', 1000, false],
  ])('%s', (_name, holder, nowMs, may, bornMs = 0) => {
    expect(mayTake({ ...seen, lease: { ...lease, holder } }, 'app-2/b', nowMs, bornMs)).toBe(may)
  })
})

test('a renewal is good for 4 s from when it was asked for; after 6 s all is ended at once, and after 11 s another takes over', () => {
  expect(goodUntil(1000)).toBe(5000)
  expect(lateAfter(1000)).toBe(7000)
  expect(TAKE_OVER_MS).toBe(11_000)
})

test('nothing is begun on a lease that is two seconds old', () => {
  expect([mayBegin(1000, 3000), mayBegin(1000, 3001)]).toEqual([true, false])
})

test.each([[1000, 1000], [4500, 1000], [4600, 900], [5500, 0], [9000, 0]])('asked at %d, an answer may take %d ms', (nowMs, withinMs) => {
  expect(answerWithin(5500, nowMs)).toBe(withinMs)
})
