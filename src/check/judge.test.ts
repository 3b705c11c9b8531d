import { describe, expect, test } from 'vitest'
import { A, append, B, balances, failed, history, insert, move, ok, read, unknown } from '../../test/fixtures/check-history.ts'
import type { ClientOperation, FinalState } from './history.ts'
import { judgeHistory, longestGap } from './judge.ts'
import { VIOLATIONS_MAX } from './report.ts'

const kindsOf = (operations: readonly ClientOperation[], state: Partial<FinalState> = {}): string[] =>
  judgeHistory(history(operations, state)).violations.map(({ kind, workload }) => (workload === null ? kind : `${kind} ${workload}`))

describe('presence', () => {
  test('what was acknowledged and is there once is well', () => {
    const report = judgeHistory(history([insert(1, 10), append(1, 11, 10), move(1, 0, 1, 4, 10)], { ids: [1], lists: [{ key: 1, values: [11] }], transfers: [{ id: 1, from: 0, to: 1, amount: 4 }], balances: [6, 14, 9, 11] }))
    expect(report).toMatchObject({ verdict: 'held', violations: [], unproven: [], workloads: { ids: { acked: 2, lost: 0 }, lists: { acked: 2 }, bank: { acked: 2 } } })
  })
  test.each<[string, ClientOperation, string]>([
    ['row', insert(1, 10), 'lost ids'],
    ['value of a list', append(1, 11, 10), 'lost lists'],
    ['transfer', move(1, 0, 1, 4, 10), 'lost bank'],
  ])('a %s that was acknowledged and is not there is lost', (_, operation, kind) => {
    expect(kindsOf([operation])).toEqual([kind])
  })
  test('twice is once too often, acknowledged or not', () => {
    expect(kindsOf([insert(1, 10), insert(2, 10, unknown)], { ids: [1, 1, 2, 2] })).toEqual(['duplicated ids', 'duplicated ids'])
    expect(kindsOf([append(1, 11, 10)], { lists: [{ key: 1, values: [11, 11] }] })).toEqual(['duplicated lists'])
  })
  test('what failed, or was never written, must not be there', () => {
    expect(kindsOf([insert(1, 10, failed)], { ids: [1, 77] })).toEqual(['phantom ids', 'phantom ids'])
    expect(kindsOf([append(1, 11, 10, failed)], { lists: [{ key: 1, values: [11, 77] }] })).toEqual(['phantom lists', 'phantom lists'])
  })
  test('a value in another list than its own is a phantom there', () => {
    expect(kindsOf([append(1, 11, 10)], { lists: [{ key: 2, values: [11] }] })).toEqual(['phantom lists'])
  })
  test('an unknown outcome may be either, and is neither lost nor an error', () => {
    const report = judgeHistory(history([insert(1, 10, unknown), insert(2, 10, unknown), append(1, 11, 10, unknown), move(1, 0, 1, 4, 10, unknown)], { ids: [2] }))
    expect(report).toMatchObject({ verdict: 'held', errors: {}, unknowns: { timeout: 4 }, workloads: { ids: { unknown: 2, unknownDone: 1, lost: 0, failed: 0 } } })
  })
  test('a conflict between transactions is no failure', () => {
    const conflict = { outcome: 'failed', kind: 'sql-40001' } as const
    expect(judgeHistory(history([move(1, 0, 1, 4, 10, conflict), insert(1, 10, failed)]))).toMatchObject({ conflicts: 1, errors: { 'sql-25006': 1 }, workloads: { bank: { failed: 0 }, ids: { failed: 1 } } })
  })
})

describe('lists', () => {
  const written = [append(1, 11, 10), append(1, 12, 20), append(1, 13, 30)]
  const lists = [{ key: 1, values: [11, 12, 13] }]

  test('a read of a beginning is well, also of one that grows meanwhile', () => {
    expect(kindsOf([...written, read(1, [], 9), read(1, [11], 18), read(1, [11, 12], 22), read(1, [11, 12, 13], 40)], { lists })).toEqual([])
  })
  test('a read in another order, or of something that vanished, diverges', () => {
    expect(kindsOf([...written, read(1, [12, 11], 26)], { lists })).toEqual(['diverged-read lists'])
    expect(kindsOf([...written, read(1, [11, 12, 13, 77], 50)], { lists })).toEqual(['diverged-read lists'])
  })
  test('a read shorter than an earlier one is stale, whoever read', () => {
    const { violations } = judgeHistory(history([append(1, 11, 10), append(1, 12, 20, unknown), read(1, [11, 12], 30), read(1, [11], 36)], { lists: [{ key: 1, values: [11, 12] }] }))
    expect(violations).toMatchObject([{ kind: 'stale-read', detail: { key: 1, read: 1, known: 2, lateMs: 1 } }])
    expect(violations[0]?.evidence.map((record) => 'startMs' in record && record.startMs)).toEqual([30, 36])
  })
  test('a read without what was acknowledged before it began is stale', () => {
    expect(kindsOf([...written, read(1, [11, 12], 36)], { lists })).toEqual(['stale-read lists'])
    expect(kindsOf([...written, read(1, [11, 12], 34)], { lists })).toEqual([])
  })
  test('what failed and unknown transactions have read proves nothing', () => {
    expect(kindsOf([...written, read(1, [13], 50, failed), read(1, [13], 50, unknown)], { lists })).toEqual([])
  })
})

describe('bank', () => {
  test('a sum that is off at any read', () => {
    expect(kindsOf([balances([10, 10, 9, 11], 10), balances([10, 9, 9, 11], 20)])).toEqual(['sum bank'])
    expect(kindsOf([balances([10, 10, 20], 10)])).toEqual(['sum bank'])
    expect(kindsOf([balances([], 10, failed)])).toEqual([])
  })
  test('in the end: off in sum, and half a transfer', () => {
    expect(kindsOf([move(1, 0, 1, 4, 10)], { transfers: [{ id: 1, from: 0, to: 1, amount: 4 }], balances: [6, 10, 9, 11] })).toEqual(['sum bank', 'balance bank'])
  })
  test('in the end: a transfer without its effect', () => {
    expect(kindsOf([move(1, 0, 1, 4, 10)], { transfers: [{ id: 1, from: 0, to: 1, amount: 4 }] })).toEqual(['balance bank', 'balance bank'])
  })
})

describe('servers', () => {
  test('one after the other is well, also for a write that was under way when the successor began', () => {
    const report = judgeHistory(history([insert(1, 10, ok(A)), insert(2, 20, ok(B)), insert(3, 24, ok(A)), insert(4, 30, ok(B))], { ids: [1, 2, 3, 4] }))
    expect(report).toMatchObject({ verdict: 'held', servers: [{ machine: 'db-1', timeline: 1, lastMs: 29 }, { machine: 'db-2', timeline: 2, ackedWrites: 2, firstMs: 25, lastMs: 35 }] })
  })
  test('a write that the old server acknowledges after the new one had begun: two writers', () => {
    const { violations } = judgeHistory(history([insert(1, 20, ok(B)), insert(2, 26, ok(A))], { ids: [1, 2] }))
    expect(violations).toMatchObject([{ kind: 'two-writers', detail: { machine: 'db-1', timeline: 1, successor: 'db-2', successorTimeline: 2, lateMs: 1 }, evidence: [{ id: 1 }, { id: 2 }] }])
  })
  test('two machines with one timeline, by turns', () => {
    const twin = { machine: 'db-2', timeline: 1 }
    expect(kindsOf([insert(1, 20, ok(twin)), insert(2, 30, ok(A)), insert(3, 40, ok(twin))], { ids: [1, 2, 3] })).toEqual(['two-writers'])
    expect(kindsOf([insert(1, 20, ok(twin)), insert(2, 30, ok(twin))], { ids: [1, 2] })).toEqual([])
  })
  test('a read that the old server answers after the new one had begun', () => {
    expect(kindsOf([insert(1, 20, ok(B)), balances([10, 10, 9, 11], 26, ok(A))], { ids: [1] })).toEqual(['superseded-read'])
  })
  test('a replica at the address of the writes is counted; what it reads is judged like any read', () => {
    const replica = { machine: 'db-2', timeline: null }
    expect(judgeHistory(history([read(1, [], 10, ok(replica))]))).toMatchObject({ verdict: 'held', replicaReads: 1 })
    expect(kindsOf([append(1, 11, 10), read(1, [], 20, ok(replica))], { lists: [{ key: 1, values: [11] }] })).toEqual(['stale-read lists'])
  })
})

describe('what proves nothing', () => {
  test('a workload without an acknowledged write', () => {
    const { begin, end } = history([])
    expect(judgeHistory({ begin, operations: [], watched: [], end: { ...end, is: 'end', atMs: 9, state: { server: A, ids: [], lists: [], transfers: [], balances: [10, 10, 10, 10] } } }))
      .toMatchObject({ verdict: 'nothing-proven', unproven: ['no-write:ids', 'no-write:lists', 'no-write:bank'], longestGap: null })
  })
  test('no final state, or that of a superseded server or a replica', () => {
    const whole = history([insert(1, 20, ok(B))], { ids: [1] })
    expect(judgeHistory({ ...whole, end: null })).toMatchObject({ verdict: 'nothing-proven', unproven: ['final-state:missing'] })
    expect(judgeHistory({ ...whole, end: { is: 'end', atMs: 9, state: null, kind: 'timeout' } })).toMatchObject({ verdict: 'nothing-proven', unproven: ['final-state:timeout'] })
    for (const server of [A, { machine: 'db-2', timeline: null }]) {
      expect(judgeHistory(history([insert(1, 20, ok(B))], { ids: [1], server }))).toMatchObject({ unproven: ['final-state:superseded'] })
    }
  })
  test('without a final state what was read is judged all the same', () => {
    const whole = history([insert(1, 20, ok(B)), insert(2, 30, ok(A)), balances([1, 1, 1, 1], 40, ok(B))])
    expect(judgeHistory({ ...whole, end: null })).toMatchObject({ verdict: 'broken', violationCounts: { 'two-writers': 1, sum: 1 } })
  })
})

test('only the first violations of a kind come with evidence; all are counted', () => {
  const many = Array.from({ length: VIOLATIONS_MAX + 5 }, (_, id) => insert(id, 10))
  const report = judgeHistory(history([...many, append(1, 11, 10)]))
  expect(report.violations).toHaveLength(VIOLATIONS_MAX + 1)
  expect(report).toMatchObject({ violationCounts: { lost: VIOLATIONS_MAX + 6 }, workloads: { ids: { lost: VIOLATIONS_MAX + 5 }, lists: { lost: 1 } } })
})

test('the longest gap reaches to the end when nothing more is acknowledged', () => {
  expect(longestGap([10, 20, 50], 60)).toEqual({ ms: 30, fromMs: 20, untilMs: 50 })
  expect(longestGap([10, 20], 60)).toEqual({ ms: 40, fromMs: 20, untilMs: 60 })
  expect(longestGap([10], 5)).toEqual({ ms: 0, fromMs: 10, untilMs: 10 })
  expect(longestGap([], 60)).toBeNull()
})
