import { beforeEach, expect, test, vi } from 'vitest'
import { acmePlan } from '../../test/fixtures/stack.ts'
import type { Fence } from '../decide/world.ts'
import { failOver } from './fail-over.ts'
import type { Compare, Operation } from '../lib/etcd/client.ts'
import type { Hands } from './hands.ts'

const done: string[] = []
vi.mock('../providers/registry.ts', () => ({ providerNamed: () => ({ powerOff: async () => void done.push('power off') }) }))

const TERM: Compare = { key: '/regrow/acme/lead', revision: '3' }
const FENCE: Fence = { machine: 'db-1', address: '10.77.0.61', card: null, vips: [], sinceMs: 0, renewedMs: 0 }
const ACTION = { kind: 'fail-over', machine: 'db-1', fence: FENCE, required: ['control-1', 'db-2'] } as const

interface Scene {
  readonly unfenced?: string
  readonly leader?: string
  readonly standbys?: string
  readonly deposed?: boolean
  readonly raced?: boolean
  readonly grace?: boolean
}

/** What failOver may touch, and nothing else of the hands. */
function handsOf({ unfenced = '', leader = 'db-1', standbys = 'db-2', deposed = false, raced = false, grace = false }: Scene): Hands {
  const plan = acmePlan('standard')
  let holder: string | null = leader
  const prefix = `/service/${plan.stack}`
  return {
    blueprint: { plan, secrets: { provider: {}, passwords: { patroniRest: 'secret' } } },
    client: { call: async (url: string, { json }: { readonly json?: { readonly failsafe_mode?: boolean } }) => {
      if (json?.failsafe_mode !== undefined) {
        done.push(`failsafe ${json.failsafe_mode ? 'on' : 'off'}`)
        holder = 'db-2'
      }
      return { status: url.includes(plan.machines.find(({ name }) => name === unfenced)?.address ?? 'nobody') ? 500 : 204, body: Buffer.from('{}') }
    } },
    store: { saveFence: async () => { if (deposed) throw new Error('another controller leads by now') } },
    etcd: {
      list: async () => [...(holder === null ? [] : [{ key: `${prefix}/leader`, value: holder, modRevision: '7', lease: '42' }]), { key: `${prefix}/sync`, value: JSON.stringify({ leader, sync_standby: standbys }), modRevision: '8' }],
      transact: async (compares: readonly Compare[], operations: readonly Operation[]) => {
        if (raced || JSON.stringify(compares) !== JSON.stringify([TERM, { key: `${prefix}/leader`, revision: '7' }, { key: `${prefix}/sync`, revision: '8' }])) return false
        done.push(...operations.map(({ kind, key }) => `${kind} ${key}`))
        holder = grace ? null : 'db-2'
        return true
      },
      revokeLease: async (lease: string) => void done.push(`revoke ${lease}`),
    },
    term: TERM,
    tell: () => undefined,
    log: () => undefined,
  } as unknown as Hands
}

beforeEach(() => void done.splice(0))

test('fenced by all that must, it is powered off, and then its lock is taken, with its lease', async () => {
  await failOver(handsOf({}), ACTION)
  expect(done).toEqual(['power off', 'delete /service/acme/leader', 'revoke 42'])
})

test('a standby that leaves the free lock alone, for the sake of a primary without etcd, is told not to', async () => {
  await failOver(handsOf({ grace: true }), ACTION)
  expect(done.slice(1)).toEqual(['delete /service/acme/leader', 'revoke 42', 'failsafe off', 'failsafe on'])
})

test('a lock, a list or a lead that changed since the last look is left alone', async () => {
  await expect(failOver(handsOf({ raced: true }), ACTION)).rejects.toThrow(/changed at the last moment/)
  expect(done).toEqual(['power off'])
})

test.each<[string, Scene, RegExp | null]>([
  ['a voter or a standby did not acknowledge the fence', { unfenced: 'db-2' }, /db-2 did not acknowledge/],
  ['another controller leads by now', { deposed: true }, /another controller/],
  ['no standby is listed any more', { standbys: '' }, /no machine that has every acknowledged write/],
  ['the listed standby is none of those who fenced it off', { standbys: 'db-9' }, /no machine that has every acknowledged write/],
  ['the lock has gone to another machine meanwhile', { leader: 'db-2' }, null],
])('nothing is taken from it when %s', async (_name, scene, error) => {
  const attempt = failOver(handsOf(scene), ACTION)
  if (error === null) await attempt
  else await expect(attempt).rejects.toThrow(error)
  expect(done).toEqual([])
})
