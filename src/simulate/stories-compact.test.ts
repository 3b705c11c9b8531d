/** 400 stories of a compact stack: no property is ever violated. A failing seed is replayed: npm run simulate -- --layout compact --seed N */
import { expect, test } from 'vitest'
import { violationsOf } from './violations.ts'

test('400 stories of a compact stack', () => {
  expect(violationsOf('compact', 400)).toEqual([])
}, 120_000)
