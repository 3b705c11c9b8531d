import { expect, test } from 'vitest'
import { roundsOf } from './rounds.ts'

test.each([
  ['few servers show a sign of life twice a second', 2, 1000, { everyMs: 500, perCheck: 2 }],
  ['a check is a sign of life too', 4, 500, { everyMs: 500, perCheck: 1 }],
  ['many servers do once a second', 50, 1000, { everyMs: 1000, perCheck: 1 }],
  ['however rare their checks are', 50, 5000, { everyMs: 1000, perCheck: 5 }],
  ['rounds are never further apart than that', 2, 1200, { everyMs: 400, perCheck: 3 }],
])('%s', (_name, servers, intervalMs, rounds) => {
  expect(roundsOf(servers, intervalMs)).toEqual(rounds)
})
