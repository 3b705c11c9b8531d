import { expect, test } from 'vitest'
import { judgeRows } from './judge-rows.ts'

test('acknowledged rows are there once, and unknown ones are there or not', () => {
  const rows = new Map([['1', 1], ['2', 2], ['9', 1]])
  expect(judgeRows(['1', '2', '3'], new Set(['8', '9']), rows)).toEqual({ acked: 3, lost: 1, duplicates: 1, unknownDone: 1, unknownNotDone: 1 })
})
