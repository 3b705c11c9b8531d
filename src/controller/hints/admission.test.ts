import { expect, test } from 'vitest'
import { acmePlan, acmeRelease, acmeSecrets } from '../../../test/fixtures/stack.ts'
import { sealForStack } from '../../secrets/seal.ts'
import { generateSecrets } from '../../secrets/generate.ts'
import type { Hint } from '../../decide/world.ts'
import type { ForgedHints } from './hint-store.ts'
import { startNotices } from './notices.ts'
import { rateLimit } from './rate-limit.ts'
import { desiredReader, tokenMatches } from './tokens.ts'

test('thirty at once, then one a second; sources do not take from each other', () => {
  let nowMs = 0
  const limit = rateLimit(60, 30, () => nowMs)
  expect(Array.from({ length: 31 }, () => limit.take('zabbix'))).toEqual([...Array.from({ length: 30 }, () => 0), 1])
  expect(limit.take('plain')).toBe(0)
  nowMs = 900
  expect(limit.take('zabbix')).toBe(1)
  nowMs = 1000
  expect([limit.take('zabbix'), limit.take('zabbix')]).toEqual([0, 1])
  // A clock that is set back neither locks out nor gives away.
  nowMs = 0
  expect(limit.take('zabbix')).toBe(1)
  nowMs = 3_600_000
  expect(Array.from({ length: 31 }, () => limit.take('zabbix')).filter((wait) => wait === 0)).toHaveLength(30)
})

test('a slow limit says how long to wait', () => {
  let nowMs = 0
  const limit = rateLimit(2, 1, () => nowMs)
  expect([limit.take('a'), limit.take('a')]).toEqual([0, 30])
  nowMs = 10_000
  expect(limit.take('a')).toBe(20)
})

const tokens = { zabbix: 'zzz', alertmanager: 'aaa', plain: 'ppp' }

test.each<[string | undefined, boolean]>([
  ['Bearer zzz', true],
  ['bearer zzz', true],
  ['Bearer  zzz', true],
  ['Bearer aaa', false],
  ['Bearer zz', false],
  ['Bearer zzzz', false],
  ['Bearer ', false],
  ['Basic zzz', false],
  ['zzz', false],
  [undefined, false],
])('%j opens for zabbix: %j', (authorization, opens) => {
  expect(tokenMatches(authorization, tokens, 'zabbix')).toBe(opens)
})

test('plan and tokens are read at most every two seconds, and hold while etcd is away', async () => {
  const { stackKey } = await generateSecrets('acme')
  const sealedSecrets = await sealForStack({ ...acmeSecrets, hintTokens: tokens }, stackKey)
  const [state, clock] = [{ reads: 0, away: false }, { nowMs: 0 }]
  const desired = async () => {
    state.reads++
    if (state.away) throw new Error('etcd is away')
    return { plan: acmePlan('standard'), sealedSecrets, release: acmeRelease, generation: 1 }
  }
  const read = desiredReader({ desired }, stackKey, () => clock.nowMs)
  expect((await Promise.all([read(), read()])).map((known) => known?.tokens)).toEqual([tokens, tokens])
  clock.nowMs = 1999
  await read()
  expect(state.reads).toBe(1)
  Object.assign(state, { away: true })
  clock.nowMs = 2000
  expect((await read())?.tokens).toEqual(tokens)
  await read()
  expect(state.reads).toBe(2)
  await expect(desiredReader({ desired }, stackKey, () => 0)()).rejects.toThrow('etcd is away')
})

/** Two candidates with one etcd; `told` is what the diary gets. */
function candidates() {
  const [forged, withdrawn] = [new Map<string, ForgedHints>(), new Map<string, Hint>()]
  const store = {
    forgedHints: async () => [...forged.values()],
    addForgedHints: async (more: ForgedHints) => void forged.set(more.candidate, { ...more, count: more.count + (forged.get(more.candidate)?.count ?? 0) }),
    removeForgedHints: async (candidate: string) => void forged.delete(candidate),
    withdrawnHints: async () => [...withdrawn.values()],
    forgetWithdrawnHint: async (id: string) => void withdrawn.delete(id),
  }
  const told: string[] = []
  const clock = { nowMs: 0 }
  const start = (candidate: string, leads: boolean) =>
    startNotices({ candidate, store, leads: () => (leads ? { key: 'leader', revision: '1' } : null), tell: (kind, machine, text) => told.push(`${kind} ${machine} ${text}`), now: () => clock.nowMs })
  return { leader: start('control-1', true), standby: start('db-1', false), withdrawn, told, clock }
}

test('forged hints of all candidates are told by the leader, at most once a minute', async () => {
  const { leader, standby, told, clock } = candidates()
  for (const from of ['192.0.2.7', '192.0.2.7']) standby.forged(from)
  leader.forged('192.0.2.9')
  await standby.round()
  await leader.round()
  leader.forged('192.0.2.9')
  clock.nowMs = 59_999
  await leader.round()
  expect(told).toEqual(['hint-refused null 3 hints with a wrong token were refused; they came from 192.0.2.7, 192.0.2.9.'])
  clock.nowMs = 60_000
  await leader.round()
  await leader.round()
  expect(told.slice(1)).toEqual(['hint-refused null A hint with a wrong token was refused; it came from 192.0.2.9.'])
})

test('a hint that was taken back is told once, by the leader', async () => {
  const { leader, standby, told, withdrawn } = candidates()
  withdrawn.set('1', { id: '1', source: 'zabbix', machine: 'db-1', reason: 'noise', evidence: '', atMs: 0 })
  for (const one of [standby, leader, leader]) await one.round()
  expect(told).toEqual(['hint-settled db-1 zabbix has taken back what it said of db-1: noise.'])
})
