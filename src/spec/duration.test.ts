import { expect, test } from 'vitest'
import { parseDuration } from './duration.ts'

test.each([['500ms', 500], ['1s', 1000], ['90s', 90_000], ['5m', 300_000], ['12h', 43_200_000], ['30d', 2_592_000_000], ['0s', 0]])('%s is %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each(['', '5', 's', '1.5s', '-1s', '1 s', '1S', '1w', '1s ', '1s1m'])('"%s" is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined()
})
