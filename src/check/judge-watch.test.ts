import { expect, test } from 'vitest'
import { A, B } from '../../test/fixtures/check-history.ts'
import type { Commit, Poll, Server } from './history.ts'
import { judgeWatch } from './judge-watch.ts'

const poll = (target: string, startMs: number, server: Server): Poll => ({ is: 'poll', target, startMs, endMs: startMs + 1, server, readOnly: false })
const commit = (startMs: number, server: Server): Commit => ({ is: 'commit', target: server.machine, startMs, endMs: startMs + 1, server })

test('polls are counted, with those that nobody answered', () => {
  expect(judgeWatch([poll('db-1', 1, A), { is: 'poll', target: 'db-1', startMs: 3, endMs: 4, kind: 'timeout' }])).toMatchObject({ polls: 2, unanswered: 1 })
})

test('who still commits at its own address after its successor', () => {
  const watched = [commit(10, A), commit(20, B), commit(21, A), commit(25, A), commit(30, A), { is: 'commit', target: 'db-1', startMs: 40, endMs: 50, kind: 'timeout' } satisfies Commit]
  expect(judgeWatch(watched).lateCommits).toEqual([{ ...A, count: 2, lastAfterMs: 9 }])
  expect(judgeWatch(watched.slice(0, 3)).lateCommits).toEqual([])
})

test('who answers at the database address, each change once', () => {
  expect(judgeWatch([poll('vip', 1, A), poll('db-2', 2, B), poll('vip', 3, A), poll('vip', 5, B), poll('vip', 7, B)]).vip).toEqual([{ ...A, fromMs: 2 }, { ...B, fromMs: 6 }])
})
