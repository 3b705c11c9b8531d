import { expect, test } from 'vitest'
import { incidentsOf, LOST_PRIMARY, T0 } from '../../test/fixtures/incidents.ts'
import type { Incident } from '../incidents/incident.ts'
import { noticesDue } from './due.ts'
import type { Ledger, Receipt } from './ledger.ts'

type Told = Parameters<typeof incidentsOf>[0]
const last = (told: Told): Incident => incidentsOf(told).at(-1) as Incident
const due = (incident: Incident, atS: number, ledger: Ledger = {}, channels = ['x']): string[] =>
  noticesDue(incident, ledger, { channels, nowMs: T0 + atS * 1000, stuckAfterMs: 300_000 }).map(({ notice, channel }) => `${notice.key} to ${channel}${notice.reminder ? ' again' : ''}`)
const receipt = (state: Receipt['state'], atS: number, failures = 0): Receipt => ({ state, atMs: T0 + atS * 1000, failures, detail: null })

const HEALED = last(LOST_PRIMARY)
const held = (atS: number, code: string, machine = 'a'): Told[number] => [atS, 'held', machine, { needsHuman: true, text: `${code} of ${machine}`, evidence: { code } }]

test('healed: to each channel once, and nothing old to a channel that is new', () => {
  expect(due(HEALED, 33, {}, ['x', 'y'])).toEqual(['healed to x', 'healed to y'])
  expect(due(HEALED, 33, { 'healed|x': receipt('sent', 32.5) }, ['x', 'y'])).toEqual(['healed to y'])
  expect(due(HEALED, 7200)).toEqual([])
})

test('what passed by itself is told to nobody, unless somebody was called', () => {
  const passed = last([[0, 'silent', 'a'], [3, 'back', 'a'], [4, 'redundant']])
  expect(due(passed, 5)).toEqual([])
  const called = last([[0, 'silent', 'a'], held(1, 'storm'), [30, 'back', 'a'], [31, 'redundant']])
  expect(due(called, 32, { 'needs-you storm a|x': receipt('sent', 7) })).toEqual(['healed to x'])
})

test('needs you: once for each reason, after a moment; a reminder a day later', () => {
  const open = last([[0, 'silent', 'a'], held(1, 'storm'), held(2, 'storm'), held(3, 'budget-spent')])
  expect(due(open, 5)).toEqual([])
  expect(due(open, 10)).toEqual(['needs-you storm a to x', 'needs-you budget-spent a to x'])
  const sent = { 'needs-you storm a|x': receipt('sent', 10), 'needs-you budget-spent a|x': receipt('sent', 10) }
  expect(due(open, 86_000, sent)).toEqual([])
  expect(due(open, 86_410, sent)).toEqual(['needs-you storm a to x again', 'needs-you budget-spent a to x again'])
  expect(due(last([[0, 'silent', 'a'], held(1, 'storm'), [3, 'decided', 'a']]), 60)).toEqual([])
})

test('an incident in which nothing happens any more needs somebody', () => {
  const open = last([[0, 'silent', 'a'], [20, 'held', 'a']])
  expect(due(open, 319)).toEqual([])
  expect(due(open, 320)).toEqual(['needs-you stuck to x'])
})

test('who died while sending is followed by one duplicate; failures are tried ever more rarely, and not for ever', () => {
  expect(due(HEALED, 60, { 'healed|x': receipt('sending', 33) })).toEqual([])
  expect(due(HEALED, 93, { 'healed|x': receipt('sending', 33) })).toEqual(['healed to x'])
  const tries = (failures: number): number => [1, 60, 120, 240, 600, 3600, 21_600].find((atS) => due(HEALED, atS, { 'healed|x': receipt('failed', 0, failures) }).length > 0) ?? Infinity
  expect([1, 2, 3, 6, 11, 12].map(tries)).toEqual([60, 120, 240, 3600, 21_600, Infinity])
})
