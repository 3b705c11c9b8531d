import { expect, test } from 'vitest'
import { etcdClient, rangeEnd } from './client.ts'
import type { MtlsClient } from '../mtls.ts'
import { OperationError } from '../errors.ts'

test.each<[string, number[]]>([
  ['/regrow/acme/', [...Buffer.from('/regrow/acme0')]],
  ['a', [...Buffer.from('b')]],
  ['', [0]],
])('the keys below %j end before the next prefix', (prefix, end) => {
  expect([...Buffer.from(rangeEnd(prefix), 'base64')]).toEqual(end)
})

/** Answers by endpoint; records who was asked. */
function endpoints(answers: Readonly<Record<string, () => { status: number; body: string }>>): { client: MtlsClient; asked: string[] } {
  const asked: string[] = []
  const call: MtlsClient['call'] = async (url) => {
    const host = new URL(url).host
    asked.push(host)
    const { status, body } = answers[host]!()
    return { status, body: Buffer.from(body) }
  }
  return { client: { call, close: async () => undefined }, asked }
}

const silence = (): never => {
  throw new OperationError('UNREACHABLE', 'no answer')
}

test('a member that is silent is asked last from then on', async () => {
  const { client, asked } = endpoints({ one: silence, two: () => ({ status: 200, body: '{}' }) })
  const etcd = etcdClient(client, ['https://one', 'https://two'])
  await etcd.get('x')
  await etcd.get('x')
  expect(asked).toEqual(['one', 'two', 'two'])
})

test('when nobody answers the error says so', async () => {
  const { client } = endpoints({ one: silence })
  await expect(etcdClient(client, ['https://one']).get('x')).rejects.toMatchObject({ code: 'ETCD_UNAVAILABLE' })
})

test('64-bit ids stay text', async () => {
  const { client } = endpoints({ one: () => ({ status: 200, body: '{"ID":"7587890412345678901","TTL":"6"}' }) })
  expect(await etcdClient(client, ['https://one']).grantLease(6)).toBe('7587890412345678901')
})
