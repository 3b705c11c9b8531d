import { expect, test } from 'vitest'
import { readOptions } from './options.ts'

test('throughput has a number of trials of its own', () => {
  const options = readOptions(['--faults', 'throughput,deploy', '--trials', '3', '--throughput-trials', '2', '--recipes', 'regrow', '--minutes', '7'])
  expect([...(options?.trials ?? [])]).toEqual([['throughput', 2], ['deploy', 3]])
  expect(options).toMatchObject({ recipes: ['regrow'], minutes: 7, resume: false, keep: false })
})

test('what is unknown is refused with what is known', () => {
  expect(() => readOptions(['--faults', 'flood'])).toThrow('--faults does not know "flood"')
  expect(() => readOptions(['--trials', 'many'])).toThrow('"many" is no number for --trials')
})
