import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EtcdClient, KeyValue } from './client.ts'
import { follow, learn } from './follow.ts'

const known = learn(undefined, { revision: '7', count: 2, changed: [kv('b', '2', '7'), kv('a', '1', '5')] }, Number)

function kv(key: string, value: string, modRevision: string): KeyValue {
  return { key, value, modRevision, lease: '0' }
}

test('the first read is everything, in order of key', () => {
  expect(known?.values).toEqual([1, 2])
})

test('while nothing changes the values stay the same array', () => {
  const after = learn(known, { revision: '900', count: 2, changed: [] }, Number)
  expect(after?.values).toBe(known?.values)
  expect(after?.revision).toBe('900')
})

test('one key gone and another one come are not taken for no change', () => {
  expect(learn(known, { revision: '9', count: 2, changed: [kv('c', '3', '9')] }, Number)).toBeUndefined()
})

test('a store whose revision went back is another store', () => {
  expect(learn(known, { revision: '6', count: 2, changed: [] }, Number)).toBeUndefined()
})

type Step = { readonly key: string; readonly value: number | null }

/** As etcd does it: a put and a delete that hits make a new revision; a range filters by mod revision and counts before it does. */
function memoryEtcd(): { readonly apply: (step: Step) => void; readonly client: Pick<EtcdClient, 'changes'>; readonly values: () => number[] } {
  const keys = new Map<string, KeyValue>()
  let revision = 1
  return {
    apply: ({ key, value }) => {
      if (value === null ? keys.delete(key) : true) revision++
      if (value !== null) keys.set(key, kv(key, String(value), String(revision)))
    },
    client: {
      changes: async (_range, since = '0') => ({
        revision: String(revision),
        count: keys.size,
        changed: [...keys.values()].filter((one) => Number(one.modRevision) > Number(since)),
      }),
    },
    values: () => [...keys.keys()].toSorted().map((key) => Number(keys.get(key)?.value)),
  }
}

test('whatever is put and deleted between two reads, a follower reads what is there', async () => {
  const step = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), value: fc.option(fc.nat(9)) })
  await fc.assert(fc.asyncProperty(fc.array(fc.array(step, { maxLength: 4 }), { maxLength: 8 }), async (rounds) => {
    const etcd = memoryEtcd()
    const read = follow(etcd.client, { prefix: '' }, Number)
    for (const steps of rounds) {
      for (const one of steps) etcd.apply(one)
      expect(await read()).toEqual(etcd.values())
    }
  }))
})
