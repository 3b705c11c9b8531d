import { beforeEach, expect, test } from 'vitest'
import type { MtlsClient } from '../../lib/http-call.ts'
import type { DatabaseFacts } from '../api.ts'
import { databaseWatch } from './database.ts'

const local: MtlsClient = { call: () => Promise.reject(new Error('not asked')), close: async () => undefined }
let nowMs: number
let processId: number
let state: string
let leaderless: boolean
let asked: number
let woken: number
let watch: () => Promise<DatabaseFacts | null>

/** Polls twice a second for so many seconds; returns how often the node was asked. */
async function pollFor(seconds: number): Promise<number> {
  const before = asked
  for (let polls = 0; polls < 2 * seconds; polls++) {
    nowMs += 500
    await watch()
  }
  return asked - before
}

beforeEach(() => {
  ;[nowMs, processId, state, leaderless, asked, woken] = [0, 1, 'streaming', false, 0, 0]
  watch = databaseWatch({
    node: { processId: () => processId, isStandby: () => true, connections: () => null, wakeElector: async () => void (woken += 1) },
    readFacts: async () => {
      asked += 1
      if (state === 'silent') throw new Error('no answer')
      return { role: 'replica', state, timeline: 1, replayLagBytes: 0, ...(leaderless ? { leaderless } : {}), standbys: [] }
    },
  }, local, () => nowMs)
})

test('at each poll at first, every third second once it is settled', async () => {
  expect(await pollFor(5)).toBe(10)
  expect(await pollFor(12)).toBe(4)
})

test('at the next poll when something happened to the node, and at each for a while', async () => {
  await pollFor(20)
  await watch()
  processId = 2
  const before = asked
  await watch()
  expect(asked).toBe(before + 1)
  expect(await pollFor(4)).toBe(8)
})

test.each(['starting', 'silent'])('at each poll while it is %s', async (now) => {
  state = now
  await pollFor(20)
  expect(await pollFor(10)).toBe(20)
})

test('whoever elects is woken when a link comes or goes, and is asked closely for a while', async () => {
  state = 'starting'
  await pollFor(20)
  expect(woken).toBe(0)
  state = 'streaming'
  expect(await pollFor(5)).toBe(10)
  expect(woken).toBe(1)
  expect(await pollFor(12)).toBe(4)
  expect(woken).toBe(1)
})

test('how long a replica has been stuck counts from when it was first seen so, also while it says nothing', async () => {
  await pollFor(20)
  expect((await watch())?.stuckMs).toBe(0)
  state = 'starting'
  await pollFor(5)
  state = 'silent'
  await pollFor(5)
  state = 'starting'
  await pollFor(5)
  expect((await watch())?.stuckMs).toBeGreaterThanOrEqual(12_000)
})

test.each([['creating replica', false], ['starting', true]])('a replica is not stuck that is %s (leaderless: %s)', async (now, alone) => {
  ;[state, leaderless] = [now, alone]
  await pollFor(60)
  expect((await watch())?.stuckMs).toBe(0)
})
