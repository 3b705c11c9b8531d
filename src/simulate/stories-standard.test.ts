/** 400 stories of a standard stack: no property is ever violated. A failing seed is replayed: npm run simulate -- --layout standard --seed N */
import { expect, test } from 'vitest'
import { violationsOf } from './violations.ts'

test('400 stories of a standard stack', () => {
  expect(violationsOf('standard', 400)).toEqual([])
}, 120_000)
