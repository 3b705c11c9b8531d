import { expect, test } from 'vitest'
import { parseMeminfo } from './machine.ts'

test('memory in bytes, and null where the kernel says nothing', () => {
  const text = 'MemTotal:       24684688 kB\nMemFree:        100 kB\n'
  expect(parseMeminfo(text, 'MemTotal')).toBe(24_684_688 * 1024)
  expect(parseMeminfo(text, 'MemAvailable')).toBe(null)
})
