import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { bookOf, diary, incidentsOf, LOST_PRIMARY, T0 } from '../../test/fixtures/incidents.ts'
import type { StackEvent } from '../controller/api.ts'
import { fold, resume } from './fold.ts'
import { gapMs } from './gap.ts'
import { emptyBook, isOpen } from './incident.ts'

type Told = Parameters<typeof incidentsOf>[0]
const brief = (told: Told) => incidentsOf(told).map(({ outcome, machines, closedMs }) => [outcome, machines.join(), closedMs === null ? null : (closedMs - T0) / 1000])

test('a lost primary: one incident, from the first poll that failed until all is redundant, with its gap', () => {
  const [incident, ...others] = incidentsOf(LOST_PRIMARY)
  expect(others).toEqual([])
  expect(incident).toMatchObject({ number: 1, openedMs: T0, closedMs: T0 + 32_300, outcome: 'healed', title: 'db-1 does not answer.', machines: ['db-1'] })
  expect(incident?.timeline.map((entry) => entry.kind)).toEqual(['silent', 'leader-changed', 'confirmed', 'decided', 'created', 'born', 'joined', 'member', 'redundant'])
  expect(incident?.gap).toMatchObject({ from: 'db-1', to: 'db-2' })
  expect(incident?.gap == null ? null : gapMs(incident.gap)).toBe(2400)
  expect(incident?.evidence[0]?.facts).toMatchObject({ observers: { 'app-1': 'silent' } })
})

describe('what opens an incident, and what does not', () => {
  test.each<[string, Told, unknown]>([
    ['an ordinary birth', [[0, 'created', 'a'], [1, 'born', 'a'], [2, 'member', 'a'], [3, 'leader-changed', 'db-1'], [4, 'converged']], []],
    ['a roll-out', [[0, 'update-started', 'a'], [1, 'updated', 'a'], [2, 'converged']], []],
    ['a rotation by age', [[0, 'rotation', 'a'], [1, 'decided', 'a'], [2, 'created', 'a'], [3, 'member', 'a'], [4, 'redundant']], []],
    ['a requested replacement', [[0, 'confirmed', 'a'], [1, 'decided', 'a'], [3, 'member', 'a'], [4, 'redundant']], []],
    ['a pause', [[0, 'paused', 'a'], [1, 'resumed', 'a']], []],
    ['a short silence', [[0, 'silent', 'a'], [3, 'back', 'a'], [4, 'redundant']], [['passed', 'a', 4]]],
    ['a silence that lasts', [[0, 'silent', 'a'], [20, 'confirmed', 'a']], [['open', 'a', null]]],
    ['a unit that was restarted', [[0, 'unwell', 'a'], [5, 'restarted', 'a'], [8, 'well', 'a'], [9, 'redundant']], [['healed', 'a', 9]]],
    ['an illness that passed', [[0, 'unwell', 'a'], [8, 'well', 'a'], [9, 'redundant']], [['passed', 'a', 8]]],
    ['drift that was repaired', [[0, 'drift', 'a'], [5, 'repaired', 'a'], [6, 'redundant']], [['healed', 'a', 6]]],
    ['a hint that proved unfounded', [[0, 'hint', 'a'], [5, 'hint-settled', 'a']], [['passed', 'a', 5]]],
    ['a hint that led to a replacement', [[0, 'hint', 'a'], [1, 'decided', 'a'], [5, 'hint-settled', 'a'], [6, 'member', 'a'], [7, 'redundant']], [['healed', 'a', 7]]],
    ['a failed action by itself', [[0, 'action-failed', 'a'], [5, 'updated', 'a'], [6, 'redundant']], [['passed', 'a', 6]]],
    ['a primary that lost its lock before it was called silent', [[0, 'lock-revoked', 'a'], [0.2, 'failed-over', 'b'], [1, 'silent', 'a'], [5, 'decided', 'a'], [20, 'member', 'a'], [21, 'redundant']], [['healed', 'a,b', 21]]],
    ['a standby that was fenced off and came back', [[0, 'fenced', 'a'], [1, 'silent', 'a'], [3, 'back', 'a'], [4, 'fence-lifted', 'a'], [5, 'redundant']], [['passed', 'a', 5]]],
    ['a birth that takes too long', [[0, 'startup-timeout', 'a'], [9, 'member', 'a'], [10, 'converged']], [['healed', 'a', 10]]],
  ])('%s', (_name, told, expected) => expect(brief(told)).toEqual(expected))
})

test('faults that overlap are one incident, which ends when all of them have', () => {
  expect(brief([
    [0, 'silent', 'app-1'], [2, 'unwell', 'db-2'], [20, 'decided', 'app-1'], [30, 'member', 'app-1'], [31, 'silent', 'entry-1'], [33, 'back', 'entry-1'], [40, 'well', 'db-2'], [41, 'redundant'],
    [60, 'silent', 'app-1'], [61, 'back', 'app-1'], [62, 'redundant'],
  ])).toEqual([['healed', 'app-1,db-2,entry-1', 41], ['passed', 'app-1', 62]])
})

test('a flapping link is one incident of a few lines; another machine, or a long calm, is another one', () => {
  const flaps = Array.from({ length: 100 }, (_, round): Told => [[round * 9, 'silent', 'a'], [round * 9 + 3, 'back', 'a'], [round * 9 + 4, 'redundant']]).flat()
  const [incident, ...others] = incidentsOf(flaps)
  expect(others).toEqual([])
  expect(incident?.timeline.map(({ kind, times }) => [kind, times])).toEqual([['silent', 100], ['back', 100], ['redundant', 100]])
  expect(incident?.faults).toHaveLength(1)
  // A machine that was only named in it begins one of its own.
  expect(brief([[0, 'silent', 'a'], [1, 'held', 'b'], [3, 'back', 'a'], [4, 'redundant'], [9, 'silent', 'b']])).toEqual([['passed', 'a,b', 4], ['open', 'b', null]])
  expect(brief([...flaps.slice(0, 3), [10, 'silent', 'b'], [12, 'back', 'b'], [13, 'redundant'], [620, 'silent', 'a']])).toEqual([['passed', 'a', 4], ['passed', 'b', 13], ['open', 'a', null]])
})

test('what was healed and breaks again is a new incident', () => {
  expect(brief([[0, 'silent', 'a'], [5, 'decided', 'a'], [9, 'redundant'], [20, 'silent', 'a']])).toEqual([['healed', 'a', 9], ['open', 'a', null]])
})

describe('needs you', () => {
  const spent = { needsHuman: true, text: 'a was replaced 3 times', evidence: { code: 'budget-spent' } } as const
  test('until something goes on for the machine, then until it is needed again', () => {
    const told: Told = [[0, 'silent', 'a'], [20, 'held', 'a', spent], [25, 'held', 'a', spent]]
    expect(incidentsOf(told)[0]).toMatchObject({ outcome: 'needs-you', needs: [{ key: 'budget-spent a', sinceMs: T0 + 20_000, endedMs: null }] })
    expect(incidentsOf([...told, [30, 'back', 'b']])[0]?.outcome).toBe('needs-you')
    expect(incidentsOf([...told, [30, 'decided', 'a']])[0]).toMatchObject({ outcome: 'open', needs: [{ endedMs: T0 + 30_000 }] })
    expect(incidentsOf([...told, [30, 'decided', 'a'], [40, 'held', 'a', spent]])[0]?.needs).toHaveLength(1)
    expect(incidentsOf([...told, [30, 'decided', 'a'], [40, 'redundant']])[0]?.outcome).toBe('healed')
  })
})

test('a planned switchover, and a primary that was well, have no gap; nor has the loss of a standby', () => {
  const before: Told = [[-9, 'leader-changed', 'db-1']]
  expect(incidentsOf([...before, [0, 'unwell', 'app-1'], [1, 'switched-over', 'db-1'], [2, 'leader-changed', 'db-2']])[0]?.gap).toBeNull()
  expect(incidentsOf([...before, [0, 'silent', 'db-2'], [9, 'back', 'db-2']])[0]?.gap).toBeNull()
  expect(incidentsOf([...before, [0, 'silent', 'db-1'], [3, 'back', 'db-1'], [9, 'leader-changed', 'db-2']])[0]?.gap).toBeNull()
})

test('an engine that elects before the controller has noticed: the gap is known all the same', () => {
  const [incident] = incidentsOf([[-9, 'leader-changed', 'db-1'], [1, 'leader-changed', 'db-2'], [1.3, 'silent', 'db-1', { evidence: { silentSinceMs: T0 + 200 } }]])
  expect(incident?.gap).toMatchObject({ fromMs: T0 + 200, toMs: T0 + 1000 })
})

test('a controller that takes over goes on with the open incident, wherever the former one stopped', () => {
  const events = diary(LOST_PRIMARY)
  const whole = events.reduce(fold, emptyBook)
  for (let cut = 0; cut <= events.length; cut++) {
    const former = resume([], events.slice(0, cut))
    expect(resume(former.incidents, events).incidents).toEqual(whole.incidents)
    expect(events.reduce(fold, resume(former.incidents, events)).incidents).toEqual(whole.incidents)
  }
})

test('numbers that were given to events which were never kept are given again', () => {
  const former = resume([], diary(LOST_PRIMARY.slice(0, 6)))
  const kept = [...diary(LOST_PRIMARY.slice(0, 5)), ...diary([[50, 'converged']], 6)]
  expect(resume(former.incidents, kept.slice(0, 5)).lastEvent).toBe(5)
  expect(kept.slice(5).reduce(fold, resume(former.incidents, kept.slice(0, 5))).incidents[0]?.closedMs).toBe(T0 + 50_000)
})

test('whatever is told: at most one incident is open, numbers grow by one, sizes are bounded, and an end ends it', () => {
  const kinds: readonly StackEvent['kind'][] = ['silent', 'back', 'unwell', 'well', 'drift', 'hint', 'hint-settled', 'decided', 'member', 'held', 'redundant', 'leader-changed', 'action-failed']
  const told = fc.array(fc.tuple(fc.nat(20), fc.constantFrom(...kinds), fc.constantFrom('a', 'b', 'c')), { maxLength: 400 })
  fc.assert(fc.property(told, (steps) => {
    let atS = 0
    const book = bookOf(steps.map(([laterS, kind, machine]) => [atS += laterS, kind, machine] as const))
    expect(book.incidents.filter(isOpen).length).toBeLessThanOrEqual(1)
    expect(book.incidents.map(({ number }) => number)).toEqual(book.incidents.map((_, index) => index + 1))
    for (const incident of book.incidents) {
      expect(incident.timeline.length).toBeLessThanOrEqual(250)
      expect(incident.faults.length).toBeLessThanOrEqual(18)
      if (!isOpen(incident)) expect(incident.faults.every(({ endedMs }) => endedMs !== null)).toBe(true)
    }
  }), { numRuns: 100 })
})
