import { expect, test } from 'vitest'
import { event } from '../../test/fixtures/status.ts'
import { endingClaims } from './drill-ending.ts'

const said = { events: [event(1, 0, 'hint', 'app-1'), event(2, 0, 'decided', 'db-1')], reasons: new Set(['seen-by-another'] as const) }

test('one reason to hold is enough; events of other machines are none of ours', () => {
  const ending = { replaced: 'nobody', holds: ['storm', 'seen-by-another'], tells: ['hint', 'hint-settled'], neverTells: ['decided'] } as const
  expect(endingClaims(ending, ['app-1'], said)).toEqual([
    { claim: 'the controller held, because of: storm or seen-by-another', held: true },
    { claim: 'the event hint was told', held: true },
    { claim: 'the event hint-settled was told', held: false },
    { claim: 'no event decided was told', held: true },
  ])
})

test('an ending that demands nothing claims nothing', () => expect(endingClaims({ replaced: 'targets' }, ['app-1'], said)).toEqual([]))
