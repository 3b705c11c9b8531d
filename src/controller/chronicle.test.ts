/** Controllers after one another on the same keys, with a receiver on loopback. */
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LOST_PRIMARY } from '../../test/fixtures/incidents.ts'
import { memoryEtcd } from '../../test/fixtures/memory-etcd.ts'
import { acmePlan, acmeSecrets } from '../../test/fixtures/stack.ts'
import { sleep, waitFor } from '../lib/clock.ts'
import type { Blueprint } from './blueprint.ts'
import { startChronicle, type Chronicle } from './chronicle.ts'
import { openDiary, type Diary } from './events.ts'
import { createStore, type Store, type Term } from './store.ts'

const LEADER = 'leader'
const quiet = (): void => undefined

let titles: string[]
let status: number
let web: ReturnType<typeof serve>
let blueprint: Blueprint
let store: Store
let etcd: ReturnType<typeof memoryEtcd>
const running: Chronicle[] = []

beforeEach(async () => {
  [titles, status, etcd] = [[], 200, memoryEtcd()]
  store = createStore(etcd, 'acme')
  const app = new Hono()
  app.post('/', async (context) => {
    titles.push((await context.req.json<{ title: string }>()).title)
    return context.body(null, status as 200)
  })
  const port = await new Promise<number>((resolve) => {
    web = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, (info) => resolve(info.port))
  })
  blueprint = { plan: acmePlan('standard', { notify: [{ kind: 'webhook', url: 'HOOK' }] }), secrets: { ...acmeSecrets, notify: { HOOK: `http://127.0.0.1:${port}/` } } } as unknown as Blueprint
})
afterEach(() => {
  running.splice(0).forEach((chronicle) => chronicle.stop())
  web.close()
})

/** A controller wins the election; the one before can't write any more. */
async function lead(): Promise<{ readonly diary: Diary; readonly chronicle: Chronicle; readonly counted: string[] }> {
  await etcd.put(LEADER, 'x')
  const term: Term = { key: LEADER, revision: (await etcd.get(LEADER))?.modRevision ?? '' }
  const diary = await openDiary(store, () => term, quiet)
  const counted: string[] = []
  const chronicle = startChronicle({ store, term: () => term, diary, blueprint: () => blueprint, counted: ({ kind }) => counted.push(kind), delivered: { sent: quiet, failed: quiet }, log: quiet })
  running.push(chronicle)
  return { diary, chronicle, counted }
}
const write = (diary: Diary, told: typeof LOST_PRIMARY): void =>
  told.forEach(([, kind, machine = null, { text = kind, needsHuman, evidence } = {}]) => diary.write(kind, machine, text, { ...(needsHuman === undefined ? {} : { needsHuman }), ...(evidence === undefined || kind === 'silent' ? {} : { evidence }) }))
const until = (what: () => boolean): Promise<unknown> => waitFor(async () => (what() ? true : undefined), { timeoutMs: 5000, everyMs: 20, what: String(what) })
/** Two rounds of the notifier. */
const aWhile = (): Promise<void> => sleep(2200)

test('an incident that begins under one controller ends under the next, and is told once', async () => {
  const first = await lead()
  write(first.diary, LOST_PRIMARY.slice(0, 7))
  await until(() => first.chronicle.incidents().length === 1)
  await until(() => first.counted.length === 7)
  const second = await lead()
  first.chronicle.stop()
  write(second.diary, LOST_PRIMARY.slice(7))
  await until(() => second.chronicle.incidents()[0]?.outcome === 'healed')
  expect(second.counted).toEqual(LOST_PRIMARY.slice(7).map(([, kind]) => kind))
  await until(() => titles.length === 1)
  const third = await lead()
  await aWhile()
  expect(titles).toEqual(['[acme] healed, no action needed: db-1 does not answer.'])
  expect(third.chronicle.incidents().map(({ number, outcome, timeline }) => [number, outcome, timeline.length])).toEqual([[1, 'healed', 9]])
}, 20_000)

test('a channel that takes nothing is an event, once, and no more than that', async () => {
  status = 404
  const { diary, chronicle } = await lead()
  write(diary, LOST_PRIMARY)
  await until(() => diary.after(0).some(({ kind }) => kind === 'notify-failed'))
  await aWhile()
  expect(titles).toHaveLength(1)
  expect(diary.after(0).filter(({ kind }) => kind === 'notify-failed').map(({ text }) => text.replace(/:\d+/, ''))).toEqual(['Nobody could be told by webhook HOOK: 127.0.0.1 answered 404'])
  expect(chronicle.incidents()).toHaveLength(1)
}, 20_000)

test('a test message goes to every channel and says what came of it', async () => {
  const { chronicle } = await lead()
  expect(await chronicle.testChannels()).toEqual([{ channel: 'webhook HOOK', ok: true, detail: null }])
  status = 500
  expect(await chronicle.testChannels()).toMatchObject([{ ok: false }])
})

test('the newest 200 incidents are kept, with what was sent about them', async () => {
  await etcd.put(LEADER, 'x')
  const term: Term = { key: LEADER, revision: (await etcd.get(LEADER))?.modRevision ?? '' }
  const incident = (number: number) => ({ number, openedMs: 0, closedMs: 0, outcome: 'healed', title: '', machines: [], faults: [], timeline: [], omitted: 0, evidence: [], needs: [], gap: null, steps: 1, lastEvent: number }) as const
  for (let number = 1; number <= 203; number++) {
    await store.saveIncident(term, incident(number))
    await store.saveLedger(term, number, { 'healed|x': { state: 'sent', atMs: 0, failures: 0, detail: null } })
  }
  expect((await store.incidents()).map(({ number }) => number)).toEqual(Array.from({ length: 200 }, (_, index) => index + 4))
  expect(await store.ledger(3)).toEqual({})
  expect(await store.ledger(4)).toHaveProperty('healed|x')
})
