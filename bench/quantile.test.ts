import { expect, test } from 'vitest'
import { Polls } from './polls.ts'
import { quantile } from './quantile.ts'

test.each<[number[], number, number]>([
  [[3, 1, 2], 0.5, 2],
  [[3, 1, 2], 0, 1],
  [[3, 1, 2], 1, 3],
  [[1, 2, 3, 4], 0.99, 4],
  [[], 0.5, NaN],
])('of %j the quantile %d is %d', (values, q, expected) => {
  expect(quantile(values, q)).toBe(expected)
})

test('polls are counted from the beginning of the watch, and who is not polled any more is missed', () => {
  const polls = new Polls()
  for (const at of [0, 400]) for (const machine of ['a', 'b']) polls.saw(machine, at)
  polls.begin(1000)
  for (const at of [1100, 1600, 2200]) polls.saw('a', at)
  expect(polls.figures(3000)).toEqual({ seconds: 2, machines: 2, unpolled: 1, perMachine: 0.75, gapMs: { median: 500, p99: 600, max: 600 } })
})
