/** 200 stories of a big stack: no property is ever violated. A failing seed is replayed: npm run simulate -- --layout big --seed N */
import { expect, test } from 'vitest'
import { violationsOf } from './violations.ts'

test('200 stories of a big stack', () => {
  expect(violationsOf('big', 200)).toEqual([])
}, 120_000)
