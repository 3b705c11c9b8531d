import { expect, test } from 'vitest'
import { cached } from './cached.ts'

test('is gathered anew when it is old, by one at a time, and unknown when that fails', async () => {
  let [nowMs, asked] = [0, 0]
  let fails = false
  const read = cached(() => 1000, 'unknown', async () => {
    asked += 1
    if (fails) throw new Error('no answer')
    return `answer ${asked}`
  }, () => nowMs)
  expect(await Promise.all([read(), read()])).toEqual(['answer 1', 'answer 1'])
  nowMs = 999
  expect(await read()).toBe('answer 1')
  nowMs = 1000
  expect(await read()).toBe('answer 2')
  ;[nowMs, fails] = [2000, true]
  expect(await read()).toBe('unknown')
})

test('while a program gives no answer what was known goes on for a while, and then is unknown', async () => {
  let nowMs = 0
  let hangs = false
  const read = cached(() => 1000, 'unknown', () => (hangs ? new Promise<string>(() => undefined) : Promise.resolve('answer')), () => nowMs)
  expect(await read()).toBe('answer')
  ;[nowMs, hangs] = [2900, true]
  expect(await read()).toBe('answer')
  nowMs = 3000
  expect(await read()).toBe('unknown')
})
