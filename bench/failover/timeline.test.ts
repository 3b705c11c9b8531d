import { expect, test } from 'vitest'
import { eventSteps, gapEnd, journalSteps, noteSteps, ordered } from './timeline.ts'

test('events count from the fault; those about other things are left out', () => {
  const event = { number: 1, machine: 'db-1', text: '' }
  expect(eventSteps([{ ...event, kind: 'silent', atMs: 1100 }, { ...event, kind: 'lock-revoked', atMs: 2300.6 }], 1000)).toEqual([{ what: 'lock revoked', atMs: 1301 }])
})

test('a journal line says when and what', () => {
  expect(journalSteps([
    '100.250000 db-2 patroni[1]: INFO: promoted self to leader by acquiring session lock',
    '100.500000 db-2 patroni[1]: INFO: no action.',
    '101.000000 db-2 Keepalived_vrrp[2]: (database) Entering MASTER STATE',
    '101.100000 db-2 Keepalived_vrrp[2]: (reports) Entering MASTER STATE',
  ], 100_000)).toEqual([{ what: 'Patroni has the lock', atMs: 250 }, { what: 'keepalived has the address', atMs: 1000 }])
})

test('the steps before a revocation are counted back from it', () => {
  expect(noteSteps('{"fenceMs":30,"powerOffMs":200,"revokeMs":20}', { what: 'lock revoked', atMs: 1000 })).toEqual([
    { what: 'taken for dead', atMs: 750 }, { what: 'fenced off', atMs: 780 }, { what: 'powered off', atMs: 980 },
  ])
  expect(noteSteps(undefined, { what: 'lock revoked', atMs: 1000 })).toEqual([])
})

test('of each kind the first after the fault counts, in time', () => {
  expect(ordered([{ what: 'b', atMs: 20 }, { what: 'a', atMs: 10 }, { what: 'b', atMs: 15 }, { what: 'c', atMs: -1 }, { what: 'd', atMs: 99 }], 50)).toEqual([{ what: 'a', atMs: 10 }, { what: 'b', atMs: 15 }])
})

test.each<[number[], number | null]>([
  [[900, 1100, 3000, 3100], 3000],
  [[900], null],
  [[1500, 1600], 1500],
  [[1500, 1600, 9500], 1500],
])('of writes at %j the longest gap since 1000 ends at %j', (okMs, end) => {
  expect(gapEnd(okMs, 1000, 9000)).toBe(end)
})
