import { expect, test } from 'vitest'
import { acmePlan } from '../../../test/fixtures/stack.ts'
import type { Hint } from '../../decide/world.ts'
import { OperationError } from '../../lib/errors.ts'
import { rateLimit } from './rate-limit.ts'
import { hintRoutes, type HintRouteParts } from './routes.ts'

const NOW = Date.parse('2026-11-20T17:10:00Z')
const plan = acmePlan('standard', { healing: { trust: ['security-breach'] } })
const tokens = { zabbix: 'zzz', alertmanager: 'aaa', plain: 'ppp' }

interface Sent {
  readonly path?: string
  readonly token?: string
  readonly body?: unknown
}

/** The routes with an inbox that remembers ids, and how they answer. */
function door(changes: Partial<HintRouteParts> = {}) {
  const [open, strangers] = [new Map<string, Hint>(), [] as string[]]
  const app = hintRoutes({
    desired: async () => ({ plan, tokens }),
    inbox: {
      addHint: async (hint) => (open.has(hint.id) ? 'duplicate' : (open.set(hint.id, hint), 'added')),
      withdrawHint: async (id) => open.delete(id),
    },
    limit: rateLimit(60, 30, () => NOW),
    forged: (from) => void strangers.push(from),
    log: () => undefined,
    now: () => NOW,
    ...changes,
  })
  const send = async ({ path = '', token = 'ppp', body = { machine: 'db-1', reason: 'noise', id: '1' } }: Sent) => {
    const answer = await app.request(`/v1/hints${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }, { incoming: { socket: { remoteAddress: '192.0.2.7' } } })
    return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body: (await answer.json()) as { error?: string; alerts?: { result: string }[] } }
  }
  return { send, open, strangers }
}

const zabbix = (value: '0' | '1', reason: string, host = 'db-1') => ({ event_id: '7', value, host, ip: '', severity: 'High', trigger: 't', tags: [{ tag: 'regrow_reason', value: reason }] })

test('a hint is taken once; the second copy is answered and changes nothing', async () => {
  const { send, open } = door()
  expect(await send({})).toMatchObject({ status: 202, body: { alerts: [{ result: 'accepted', machine: 'db-1', reason: 'noise' }] } })
  expect(await send({})).toMatchObject({ status: 200, body: { alerts: [{ result: 'duplicate' }] } })
  expect([...open.values()]).toMatchObject([{ source: 'plain', machine: 'db-1', reason: 'noise', evidence: '', atMs: NOW }])
})

test('each source has a token of its own', async () => {
  const { send, strangers } = door()
  expect((await send({ token: 'zzz' })).status).toBe(401)
  expect((await send({ path: '/zabbix', token: 'ppp', body: zabbix('1', 'x') })).status).toBe(401)
  expect((await send({ path: '/zabbix', token: 'zzz', body: zabbix('1', 'x') })).status).toBe(202)
  expect(strangers).toEqual(['192.0.2.7', '192.0.2.7'])
})

test.each<[string, string, string[]]>([
  ['a problem that ends takes its hint back', 'noise', ['accepted', 'withdrawn', 'not-open']],
  ['unless its reason is trusted', 'security-breach', ['accepted', 'kept', 'kept']],
])('%s', async (_name, reason, results) => {
  const { send } = door()
  const said: (string | undefined)[] = []
  for (const value of ['1', '0', '0'] as const) said.push((await send({ path: '/zabbix', token: 'zzz', body: zabbix(value, reason) })).body.alerts?.[0]?.result)
  expect(said).toEqual(results)
})

test.each<[string, Sent, number, string]>([
  ['an unknown machine is noted', { body: { machine: 'db-9', reason: 'x', id: '1' } }, 202, 'unknown-machine'],
  ['an alert about no machine is not', { path: '/zabbix', token: 'zzz', body: zabbix('1', 'x', '') }, 200, 'no-machine'],
  ["another stack's alert is not ours", { path: '/zabbix', token: 'zzz', body: { ...zabbix('1', 'x'), tags: [{ tag: 'stack', value: 'other' }] } }, 200, 'other-stack'],
])('%s', async (_name, sent, status, result) => {
  expect(await door().send(sent)).toMatchObject({ status, body: { alerts: [{ result }] } })
})

test.each<[string, Sent, number, string]>([
  ['no JSON', { body: '{' }, 400, 'the body: is not JSON'],
  ['a missing field', { body: { machine: 'db-1' } }, 400, 'reason: Invalid input: expected string, received undefined'],
  ['too much', { body: `"${'x'.repeat(256 * 1024)}"` }, 413, 'a body may have 256 KiB'],
  ['a wrong path', { path: '/nagios' }, 404, 'hints go to POST /v1/hints, /v1/hints/alertmanager or /v1/hints/zabbix'],
])('%s is refused', async (_name, sent, status, error) => {
  expect(await door().send(sent)).toMatchObject({ status, body: { error } })
})

test('the 31st at once is told when to come again, and a stranger spends nothing of it', async () => {
  const { send } = door()
  for (let count = 0; count < 40; count++) await send({ token: 'forged' })
  const statuses = []
  for (let count = 0; count < 31; count++) statuses.push((await send({})).status)
  expect(statuses.filter((status) => status < 300)).toHaveLength(30)
  expect(await send({})).toMatchObject({ status: 429, retryAfter: '1' })
})

test('a sender is asked to come again when the inbox is full, etcd is away, or there are no tokens yet', async () => {
  const full = door({ inbox: { addHint: async () => 'full', withdrawHint: async () => false } })
  expect(await full.send({})).toMatchObject({ status: 429, retryAfter: '10', body: { alerts: [{ result: 'full' }] } })
  const away = door({ inbox: { addHint: () => Promise.reject(new OperationError('ETCD_UNAVAILABLE', 'etcd: no member answered')), withdrawHint: async () => false } })
  expect(await away.send({})).toMatchObject({ status: 503, retryAfter: '10' })
  expect(await door({ desired: async () => null }).send({})).toMatchObject({ status: 503, body: { error: 'this stack has no tokens for hints yet' } })
  expect(await door({ desired: async () => ({ plan, tokens: null }) }).send({ token: '' })).toMatchObject({ status: 503 })
})
