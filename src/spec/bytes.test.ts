import { expect, test } from 'vitest'
import { parseBytes } from './bytes.ts'

test.each([['1kB', 1024], ['32MB', 33_554_432], ['2GB', 2_147_483_648]])('%s is %i bytes', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes)
})

test.each(['', '5', 'MB', '1.5MB', '-1MB', '1 MB', '1mb', '1TB', '1MBs'])('"%s" is no size', (text) => {
  expect(parseBytes(text)).toBeUndefined()
})
