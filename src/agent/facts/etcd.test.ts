import { beforeEach, expect, test } from 'vitest'
import type { MtlsClient } from '../../lib/http-call.ts'
import { etcdWatch } from './etcd.ts'

interface Member {
  term: string | null
  leader: string
  learner: boolean
}
let member: Member
let questions: string[]

/** Answers as etcd's JSON gateway does; without a term a linearizable read fails. */
const local: MtlsClient = {
  call: async (url) => {
    const question = url.slice(url.lastIndexOf('/') + 1)
    questions.push(question)
    if (question === 'range') return member.term === null ? answer(503, {}) : answer(200, { header: { raft_term: member.term } })
    return answer(200, { header: { member_id: '7' }, leader: member.leader, isLearner: member.learner })
  },
  close: async () => undefined,
}
const answer = (status: number, body: object) => ({ status, body: Buffer.from(JSON.stringify(body)) })

beforeEach(() => {
  member = { term: '3', leader: '7', learner: false }
  questions = []
})

test('who leads is asked once in a term', async () => {
  const watch = etcdWatch(local)
  expect(await watch()).toEqual({ healthy: true, memberId: '7', leader: true, learner: false })
  member.leader = '8'
  expect(await watch()).toMatchObject({ leader: true })
  expect(questions).toEqual(['range', 'status', 'range'])
  member.term = '4'
  expect(await watch()).toMatchObject({ leader: false })
})

test('and again when nobody led', async () => {
  const watch = etcdWatch(local)
  member.leader = '0'
  expect(await watch()).toMatchObject({ leader: false })
  member.leader = '7'
  expect(await watch()).toMatchObject({ leader: true })
})

test('without a quorum it is not healthy, and asked anew', async () => {
  const watch = etcdWatch(local)
  await watch()
  member = { term: null, leader: '0', learner: false }
  expect(await watch()).toEqual({ healthy: false, memberId: '7', leader: false, learner: false })
  member = { term: '3', leader: '8', learner: false }
  expect(await watch()).toMatchObject({ healthy: true, leader: false })
})

test('a learner is not healthy', async () => {
  member = { term: null, leader: '8', learner: true }
  expect(await etcdWatch(local)()).toMatchObject({ healthy: false, learner: true })
})
