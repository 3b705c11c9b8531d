import { expect, test } from 'vitest'
import { compareNames } from './names.ts'

test('numbers in names count as numbers', () => {
  expect(['db-10', 'db-2', 'app-1', 'db-1', 'db', 'node-2a', 'node-2'].toSorted(compareNames)).toEqual(['app-1', 'db', 'db-1', 'db-2', 'db-10', 'node-2', 'node-2a'])
})
