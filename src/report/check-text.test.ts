import { expect, test } from 'vitest'
import { A, B, balances, history, insert, ok } from '../../test/fixtures/check-history.ts'
import { judgeHistory } from '../check/judge.ts'
import { checkLines, checkVerdict, violationLine } from './check-text.ts'

test('a violation says what, where, by whom and when', () => {
  const { violations } = judgeHistory(history([insert(1, 10), insert(2, 20, ok(B)), balances([10, 10, 9, 11], 26, ok(A))], { ids: [2] }))
  expect(violations.map(violationLine)).toEqual([
    'lost in ids: id 1, times 0; by db-1 (timeline 1) at 1970-01-01T00:00:00.015Z',
    'superseded-read: in bank, machine db-1, timeline 1, successor db-2, successorTimeline 2, lateMs 1; by db-1 (timeline 1) at 1970-01-01T00:00:00.031Z',
  ])
})

test('a verdict says how many, or why nothing is proven, or what has held', () => {
  const held = history([])
  expect(checkVerdict(judgeHistory(held))).toMatch(/^every acknowledged write/)
  expect(checkVerdict(judgeHistory(history([insert(1, 10)])))).toBe('1 violation')
  expect(checkVerdict(judgeHistory({ ...held, end: { is: 'end', atMs: 9, state: null, kind: 'nobody answers' } }))).toBe('nothing is proven: the final state could not be read: nobody answers')
  expect(checkVerdict(judgeHistory(history([insert(1, 10, ok(B))], { ids: [1], server: A })))).toBe('nothing is proven: the final state came from a server that had been superseded')
})

test('the lines below the table name the gap, failures, and who took writes', () => {
  const report = judgeHistory(history([insert(1, 10), insert(2, 2010, ok(B)), insert(3, 20, { outcome: 'failed', kind: 'login-refused' })], { ids: [1, 2] }))
  expect(checkLines(report)).toEqual([
    'longest gap of writes: 2.00 s, from +0.0 s (1970-01-01T00:00:00.015Z) to +2.0 s',
    'failed: 1 login-refused; unknown: none; conflicts (no failure): 0',
    'writes by db-1, timeline 1: 4, from +0.0 s to +0.0 s',
    'writes by db-2, timeline 2: 1, from +2.0 s to +2.0 s',
    'asked directly: 0 times, 0 without an answer',
  ])
})
