import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { EtcdClient } from '../lib/etcd/client.ts'
import { campaign, type Leadership } from './election.ts'

// The test's clock moves this one too.
vi.mock('node:timers/promises', () => ({ setTimeout: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)) }))

/** Keys and leases as etcd keeps them, in memory, on the test's clock. */
function memoryEtcd() {
  const keys = new Map<string, { value: string; lease: string | undefined; revision: string }>()
  const leases = new Map<string, number>()
  let revision = 0
  const expire = (): void => {
    for (const [lease, untilMs] of leases) if (untilMs <= Date.now()) drop(lease)
  }
  const drop = (lease: string): void => {
    leases.delete(lease)
    for (const [key, entry] of keys) if (entry.lease === lease) keys.delete(key)
  }
  const ttls = new Map<string, number>()
  const away = { value: false }
  const answer = async <T>(read: () => T): Promise<T> => {
    if (away.value) throw new Error('away')
    expire()
    return read()
  }
  const client: Pick<EtcdClient, 'get' | 'transact' | 'grantLease' | 'keepAlive' | 'revokeLease'> = {
    get: (key) => answer(() => {
      const found = keys.get(key)
      return found === undefined ? undefined : { key, value: found.value, modRevision: found.revision, lease: '0' }
    }),
    transact: (compares, operations) => answer(() => {
      if (!compares.every((compare) => (keys.get(compare.key)?.revision ?? '0') === compare.revision)) return false
      revision++
      for (const operation of operations) {
        if (operation.kind === 'delete') keys.delete(operation.key)
        else keys.set(operation.key, { value: operation.value, lease: operation.lease, revision: String(revision) })
      }
      return true
    }),
    grantLease: (ttlS) => answer(() => {
      const lease = `lease-${++revision}`
      leases.set(lease, Date.now() + ttlS * 1000)
      ttls.set(lease, ttlS)
      return lease
    }),
    keepAlive: (lease) => answer(() => {
      if (!leases.has(lease)) return 0
      leases.set(lease, Date.now() + (ttls.get(lease) ?? 0) * 1000)
      return ttls.get(lease) ?? 0
    }),
    revokeLease: (lease) => answer(() => drop(lease)),
  }
  return { client: client as EtcdClient, away }
}

const quiet = (): void => undefined
const seconds = (count: number): Promise<unknown> => vi.advanceTimersByTimeAsync(count * 1000)
const running: Leadership[] = []
const candidate = (etcd: EtcdClient, machine: string, preferred = false): Leadership => {
  const leadership = campaign(etcd, 'acme', { machine, preferred }, quiet)
  running.push(leadership)
  return leadership
}
const leads = (leadership: Leadership): boolean => leadership.term() !== null

beforeEach(() => void vi.useFakeTimers())
afterEach(async () => {
  await Promise.all(running.splice(0).map((leadership) => leadership.resign().catch(quiet)))
  vi.useRealTimers()
})

test('the preferred candidate leads, though another one was there first', async () => {
  const etcd = memoryEtcd()
  const standBy = candidate(etcd.client, 'db-1')
  await seconds(0.5)
  const preferred = candidate(etcd.client, 'control-1', true)
  await seconds(3)
  expect([leads(preferred), leads(standBy), standBy.leader()]).toEqual([true, false, 'control-1'])
})

test('one of the others leads when the preferred one is gone', async () => {
  const etcd = memoryEtcd()
  const [one, other] = [candidate(etcd.client, 'db-1'), candidate(etcd.client, 'db-2')]
  await seconds(5)
  expect([leads(one), leads(other)].filter(Boolean)).toHaveLength(1)
})

test('the seat is kept for the named successor, though the preferred candidate would take it', async () => {
  const etcd = memoryEtcd()
  const preferred = candidate(etcd.client, 'control-1', true)
  await seconds(2)
  const [one, other] = [candidate(etcd.client, 'db-1'), candidate(etcd.client, 'db-2')]
  await preferred.handOver('db-2')
  await seconds(4)
  expect([leads(preferred), leads(one), leads(other)]).toEqual([false, false, true])
})

test('a successor that does not come loses its claim', async () => {
  const etcd = memoryEtcd()
  const preferred = candidate(etcd.client, 'control-1', true)
  await seconds(2)
  await preferred.handOver('db-9')
  await seconds(8)
  expect(leads(preferred)).toBe(false)
  await seconds(6)
  expect(leads(preferred)).toBe(true)
})

test('who can no longer renew its lease stops by its own clock, before anybody else can begin', async () => {
  const etcd = memoryEtcd()
  const leader = candidate(etcd.client, 'control-1', true)
  await seconds(2)
  expect(leads(leader)).toBe(true)
  etcd.away.value = true
  await seconds(5.5)
  expect(leads(leader)).toBe(false)
  etcd.away.value = false
})

test('every term has a revision of its own', async () => {
  const etcd = memoryEtcd()
  const first = candidate(etcd.client, 'control-1', true)
  await seconds(2)
  const revision = first.term()?.revision
  await first.resign()
  const second = candidate(etcd.client, 'control-1', true)
  await seconds(2)
  expect(second.term()?.revision).not.toBe(revision)
})
