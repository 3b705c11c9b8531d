import { beforeEach, expect, test, vi } from 'vitest'
import { acmePlan } from '../../test/fixtures/stack.ts'
import type { Fence } from '../decide/world.ts'
import { failOver } from './fail-over.ts'
import type { Hands } from './hands.ts'

const done: string[] = []
vi.mock('../providers/registry.ts', () => ({ providerNamed: () => ({ powerOff: async () => void done.push('power off') }) }))

const FENCE: Fence = { machine: 'db-1', address: '10.77.0.61', card: null, vips: [], sinceMs: 0, renewedMs: 0 }
const ACTION = { kind: 'fail-over', machine: 'db-1', fence: FENCE, required: ['control-1', 'db-2'] } as const

interface Scene {
  readonly unfenced?: string
  readonly leader?: string
  readonly standbys?: string
  readonly deposed?: boolean
}

/** What failOver may touch, and nothing else of the hands. */
function handsOf({ unfenced = '', leader = 'db-1', standbys = 'db-2', deposed = false }: Scene): Hands {
  const plan = acmePlan('standard')
  let holder = leader
  const prefix = `/service/${plan.stack}`
  return {
    blueprint: { plan, secrets: { provider: {} } },
    client: { call: async (url: string) => ({ status: url.includes(plan.machines.find(({ name }) => name === unfenced)?.address ?? 'nobody') ? 500 : 204, body: Buffer.alloc(0) }) },
    store: { saveFence: async () => { if (deposed) throw new Error('another controller leads by now') } },
    etcd: {
      list: async () => [{ key: `${prefix}/leader`, value: holder, modRevision: '1', lease: '42' }, { key: `${prefix}/sync`, value: JSON.stringify({ leader, sync_standby: standbys }), modRevision: '1' }],
      revokeLease: async (lease: string) => {
        done.push(`revoke ${lease}`)
        holder = 'db-2'
      },
    },
    tell: () => undefined,
    log: () => undefined,
  } as unknown as Hands
}

beforeEach(() => void done.splice(0))

test('fenced by all that must, it is powered off, and then its lease is revoked', async () => {
  await failOver(handsOf({}), ACTION)
  expect(done).toEqual(['power off', 'revoke 42'])
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
