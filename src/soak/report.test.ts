import { expect, test } from 'vitest'
import type { CheckReport } from '../check/check.ts'
import { byKind, doneFaults, soakPassed, type RoundReport } from './report.ts'

const round = (gapMs: number, ...faults: readonly { readonly name: string; readonly refused?: string }[]): RoundReport => ({
  atMs: 0, gapMs, wholeMs: 1, healedMs: 1, failedWrites: 0, unknownWrites: 0,
  faults: faults.map(({ name, refused = null }) => ({ name, what: name, target: 'db-1', afterMs: 0, lastedMs: null, refused })),
})
const found = (verdict: CheckReport['verdict'], notWhole: readonly string[] = [], faults = 1): Parameters<typeof soakPassed>[0] => ({ faults, notWhole, check: { verdict } as CheckReport })

test.each([
  ['held', found('held'), true],
  ['broken', found('broken'), false],
  ['nothing proven', found('nothing-proven'), false],
  ['not whole again', found('held', ['db-1: down']), false],
  ['nothing was broken', found('held', [], 0), false],
])('%s', (_name, report, passed) => {
  expect(soakPassed(report)).toBe(passed)
})

test('kinds: what could not be done is left out, two at once are a kind of their own', () => {
  const rounds = [round(1, { name: 'cut' }), round(2, { name: 'kill' }, { name: 'cut' }), round(3, { name: 'kill' }, { name: 'cut', refused: 'gone' }), round(4, { name: 'cut', refused: 'gone' })]
  expect([...byKind(rounds)].map(([kind, ones]) => [kind, ones.map(({ gapMs }) => gapMs)])).toEqual([['cut', [1]], ['kill', [3]], ['two at once', [2]]])
  expect(doneFaults(rounds)).toHaveLength(4)
})
