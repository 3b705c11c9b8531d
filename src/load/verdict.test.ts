import { describe, expect, test } from 'vitest'
import { judge, type Openings, type ReadBack } from './verdict.ts'

const before: Openings = new Map([
  ['1', 100],
  ['2', 100],
])
const there: ReadBack = { transferIds: new Set(['a', 'b']), sqlIds: new Set(['1']), openings: before }
const nothingUnknown = { vipWrite: new Set<string>(), sql: new Set<string>() }
const web = (id: string) => ({ path: 'vipWrite' as const, id, atMs: 0 })
const sql = (id: string) => ({ path: 'sql' as const, id, atMs: 0 })

describe('judge', () => {
  test('all that was acknowledged is there', () => {
    expect(judge([web('a'), web('b'), sql('1')], nothingUnknown, before, there)).toEqual({
      ackedWrites: 3,
      ackedLost: [],
      unknownDone: 0,
      unknownNotDone: 0,
      duplicates: 0,
    })
  })

  test('an acknowledged write that is not there is lost', () => {
    expect(judge([web('a'), web('c'), sql('1'), sql('2')], nothingUnknown, before, there).ackedLost).toEqual([web('c'), sql('2')])
  })

  test('an id of one path does not stand for the same id of the other', () => {
    expect(judge([sql('a')], nothingUnknown, before, there).ackedLost).toEqual([sql('a')])
  })

  test('a write of unknown outcome is never lost: it was done or it was not', () => {
    const unknown = { vipWrite: new Set(['b', 'x']), sql: new Set(['9']) }
    expect(judge([], unknown, before, there)).toMatchObject({ ackedLost: [], unknownDone: 1, unknownNotDone: 2 })
  })

  test('a transfer that was applied twice changes what its accounts were opened with', () => {
    const openings = new Map([
      ['1', 99],
      ['2', 101],
    ])
    expect(judge([], nothingUnknown, before, { ...there, openings }).duplicates).toBe(2)
  })

  test('an account that vanished counts, one that was opened meanwhile does not', () => {
    const openings = new Map([
      ['1', 100],
      ['3', 0],
    ])
    expect(judge([], nothingUnknown, before, { ...there, openings }).duplicates).toBe(1)
  })
})
