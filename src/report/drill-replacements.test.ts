import { expect, test } from 'vitest'
import { countNew, countStray } from './drill-replacements.ts'

const before = new Map([['app-1', 'a'], ['app-2', 'b']])

test('new identities are counted, the one from before is not', () => {
  const seen = new Map([['app-1', new Set(['a', 'c'])], ['app-2', new Set(['b'])], ['app-3', new Set(['d'])]])
  expect(countNew(before, seen)).toEqual(new Map([['app-1', 1], ['app-3', 1]]))
})

test('once each, and nobody else', () => {
  expect(countStray('targets', ['app-1', 'db-2'], new Map([['app-1', 1], ['db-2', 1]]))).toBe(0)
  expect(countStray('targets', ['app-1', 'db-2'], new Map([['app-1', 2], ['entry-1', 1]]))).toBe(3)
  expect(countStray('nobody', ['app-1'], new Map())).toBe(0)
  expect(countStray('nobody', ['app-1'], new Map([['app-1', 1]]))).toBe(1)
})
