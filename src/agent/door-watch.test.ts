import { expect, test } from 'vitest'
import { deafMs, judgeDoor, UNASKED, type Door, type Knocked } from './door-watch.ts'

const answered = (askedMs: number): Knocked => ({ knock: 'answered', askedMs, endedMs: askedMs + 2 })
const silent = (askedMs: number, lasts = 1000): Knocked => ({ knock: 'silent', askedMs, endedMs: askedMs + lasts })
const absent = (askedMs: number): Knocked => ({ knock: 'absent', askedMs, endedMs: askedMs })
const after = (...questions: readonly Knocked[]): Door => questions.reduce(judgeDoor, UNASKED)

test.each<[string, Door, number | null]>([
  ['nothing is known before the first answer', UNASKED, null],
  ['an engine that answers is not deaf', after(answered(0), answered(2000)), 0],
  ['one that answers no more is so since the first question that it did not answer', after(answered(0), silent(2000), silent(3500)), 8000],
  ['one that answers again is not', after(silent(2000), silent(3500), answered(5000)), 0],
  ['one that is not there is neither', after(silent(2000), absent(3500)), null],
  ['an agent that had no time to listen has learnt nothing', after(answered(0), silent(2000, 1300)), 0],
])('%s', (_name, door, deaf) => {
  expect(deafMs(door, 10_000)).toBe(deaf)
})
