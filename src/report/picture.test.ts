/** The picture in its moments and sizes, against testdata/; `vitest -u` rewrites it: look at it before it is committed. */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { dbPrimary } from '../../drills/power-off/db-primary.ts'
import { acmePlan, LAYOUTS } from '../../test/fixtures/stack.ts'
import { event, healthyStatus, withMachine } from '../../test/fixtures/status.ts'
import type { Counters, PathCounters } from '../load/client.ts'
import type { DrillLive } from './drill-run.ts'
import { drawPicture, type PictureState } from './picture.ts'
import { fit, wrap } from './picture-pen.ts'

const plan = acmePlan('standard')
const healthy = healthyStatus(plan)
const fine: PathCounters = { ok: 1204, errors: 0, unknown: 0, silentMs: 12, longestGapMs: 31 }
const all = (one: PathCounters): Counters => ({ vipRead: one, vipWrite: one, sql: one })
const flat = Array.from({ length: 40 }, () => 12)

const steady: DrillLive = {
  drill: dbPrimary, phase: 'steady', targets: ['db-1'], what: 'db-1 loses power', brokeMs: null, nowMs: 100_000, lost: false, counters: all(fine), status: healthy, statusAgeMs: 120, events: [],
}
const lost: DrillLive = {
  ...steady,
  phase: 'broken',
  brokeMs: 100_000,
  nowMs: 112_340,
  lost: true,
  counters: { ...all({ ...fine, silentMs: 12_300, longestGapMs: 12_300 }), sql: { ...fine, unknown: 3, silentMs: 12_200, longestGapMs: 12_200 } },
  status: {
    ...withMachine(healthy, 'db-1', { health: 'silent', problems: ['does not answer'] }),
    converged: false,
    doing: { kind: 'hold', reason: { code: 'confirming', machine: 'db-1', silentMs: 11_000, confirmMs: 20_000 }, sentence: 'db-1 is silent; waiting until 20 s have passed (11 s so far).', sinceMs: 0 },
  },
  events: [event(1, 101_200, 'silent', 'db-1', 'db-1 does not answer.')],
}
const born: DrillLive = {
  ...lost,
  nowMs: 127_000,
  counters: { ...all({ ...fine, ok: 2210, longestGapMs: 22_510 }), sql: { ...fine, ok: 2011, unknown: 3, longestGapMs: 22_100 } },
  status: { ...withMachine(healthy, 'db-1', { phase: 'bearing' }), converged: false, database: { ...healthy.database, leader: 'db-2' } },
  events: [
    ...lost.events,
    event(2, 121_300, 'confirmed', 'db-1', "db-1 has been silent for 20 s; control-1 and db-2 can't reach it either."),
    event(3, 122_300, 'leader-changed', 'db-2', 'db-2 is the primary now.'),
    event(4, 122_900, 'decided', 'db-1', 'Replacing db-1.'),
    event(5, 125_000, 'created', 'db-1', 'A new db-1 is starting.'),
  ],
}

const state = (live: DrillLive, pulse = flat): PictureState => ({
  title: 'acme at https://10.77.0.10', step: '1 of 3: the primary loses power', plan, live, pulse: { vipRead: pulse, vipWrite: pulse, sql: pulse },
})
const rising = [...flat, ...Array.from({ length: 40 }, (_, index) => 200 * index)]

const MOMENTS = { steady: state(steady), lost: state(lost, rising), born: state(born, [...rising, 20, 20]) }
const SIZES = [[80, 24], [120, 40]] as const

describe.each(Object.entries(MOMENTS))('%s', (moment, picture) => {
  test.each(SIZES)('%i×%i', async (width, height) => {
    const lines = drawPicture(picture, { width, height, colour: false })
    expect(lines.length).toBeLessThan(height)
    expect(lines.every((line) => line.length < width)).toBe(true)
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(join(import.meta.dirname, 'testdata', `picture-${moment}-${width}x${height}.txt`))
  })
})

test('the compact layout shows what each machine carries', async () => {
  const compact = acmePlan('compact')
  const live = { ...steady, status: healthyStatus(compact) }
  const lines = drawPicture({ ...state(live), plan: compact }, { width: 80, height: 24, colour: false })
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(join(import.meta.dirname, 'testdata', 'picture-compact-80x24.txt'))
})

test.each(LAYOUTS)('no size of terminal breaks it: %s', (layout) => {
  const some = acmePlan(layout)
  const live = { ...steady, status: healthyStatus(some) }
  for (const [width, height] of [[60, 10], [61, 50], [300, 100], [80, 5]] as const) {
    const lines = drawPicture({ ...state(live), plan: some }, { width, height, colour: false })
    expect(lines.length).toBeLessThan(height)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(width)
  }
})

test('colour changes nothing but the colour', () => {
  const plain = drawPicture(MOMENTS.lost, { width: 80, height: 24, colour: false })
  const painted = drawPicture(MOMENTS.lost, { width: 80, height: 24, colour: true })
  // oxlint-disable-next-line no-control-regex -- escape sequences
  expect(painted.map((line) => line.replace(/\u001b\[[0-9;]*m/g, ''))).toEqual(plain)
  expect(painted.join('')).not.toEqual(plain.join(''))
})

test('the loss of the only controller is said', () => {
  const lines = drawPicture(state({ ...lost, statusAgeMs: 8000 }), { width: 80, height: 24, colour: false })
  expect(lines.at(-1)).toBe('no controller has answered for 8.00 s')
})

test('fit counts columns, not escape sequences, and lets colours end', () => {
  expect(fit('\u001b[31mabcdef\u001b[39m', 3)).toBe('\u001b[31mabc\u001b[39m')
  expect(fit('abc', 5)).toBe('abc')
})

test('wrap breaks between words; a word that is too long stays whole', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three'])
  expect(wrap('incomprehensible', 7)).toEqual(['incomprehensible'])
})
