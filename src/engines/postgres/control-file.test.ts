import { expect, test } from 'vitest'
import { parseControlFile } from './control-file.ts'

function controlFile(version: number, state: number): Buffer {
  const bytes = Buffer.alloc(8192)
  bytes.writeUInt32LE(version, 8)
  bytes.writeInt32LE(state, 16)
  return bytes
}

test.each([[1, 'stopped'], [6, 'writable'], [5, 'other'], [2, 'other'], [3, 'other']])('state %i is %s', (state, word) => {
  expect(parseControlFile(controlFile(1700, state))).toBe(word)
})

test('what is cut off, or of another layout, says nothing', () => {
  expect(parseControlFile(controlFile(1700, 1).subarray(0, 19))).toBe(null)
  expect(parseControlFile(controlFile(1800, 1))).toBe(null)
})
