/** The inbox for hints against the image's own etcd: what counts is what its transactions and leases do. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensurePackagesLayer, packagesLayer } from '../../lab/image-packages.ts'
import { createStore, type Store } from '../../src/controller/store.ts'
import type { Hint } from '../../src/decide/world.ts'
import { sleep, waitFor } from '../../src/lib/clock.ts'
import { etcdClient, type EtcdClient } from '../../src/lib/etcd/client.ts'
import { mtlsClient, type MtlsClient } from '../../src/lib/mtls.ts'
import { noLab } from '../stack/workbench.ts'

const [CLIENTS, PEERS] = ['http://127.0.0.1:23791', 'http://127.0.0.1:23801']
const hint = (id: string, atMs = Date.now()): Hint => ({ id, source: 'plain', machine: 'db-1', reason: 'noise', evidence: '', atMs })

describe.skipIf(noLab !== false)(`the inbox in etcd${noLab === false ? '' : ` (skipped: ${noLab})`}`, () => {
  let data: string
  let client: MtlsClient | undefined
  let etcd: EtcdClient
  let program: ChildProcess
  let stacks = 0
  const leads = async (store: Store) => {
    const key = `${store.root}/controller/leader`
    await etcd.put(key, 'control-1')
    return { key, revision: (await etcd.get(key))?.modRevision ?? '' }
  }
  const newStore = (): Store => createStore(etcd, `acme-${stacks++}`)

  beforeAll(async () => {
    const image = packagesLayer(await ensurePackagesLayer((line) => process.stderr.write(`${line}\n`)))
    data = await mkdtemp('/var/tmp/regrow-etcd-')
    const script = `mount -t overlay overlay -o lowerdir=${image},upperdir=${data}/upper,workdir=${data}/work ${data}/root
      mount --rbind /dev ${data}/root/dev; mount -t proc proc ${data}/root/proc
      exec chroot ${data}/root env ETCD_UNSAFE_NO_FSYNC=true etcd --data-dir=/tmp/etcd --listen-client-urls=${CLIENTS} --advertise-client-urls=${CLIENTS} --listen-peer-urls=${PEERS} --initial-advertise-peer-urls=${PEERS} --initial-cluster=default=${PEERS} --log-level=error`
    program = spawn('unshare', ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-euc', `mkdir -p ${data}/upper ${data}/work ${data}/root; ${script}`], { stdio: ['ignore', 'inherit', 'inherit'] })
    client = mtlsClient({ ca: '', cert: '', key: '' })
    etcd = etcdClient(client, [CLIENTS])
    await waitFor(async () => ((await etcd.get('x')), true), { timeoutMs: 20_000, everyMs: 100, what: 'etcd' })
  })
  afterAll(async () => {
    await client?.close()
    program?.kill('SIGKILL')
    await sleep(200)
    await rm(data, { recursive: true, force: true, maxRetries: 5 })
  })

  test('two candidates that are told the same at once keep one hint', async () => {
    const [one, other] = [newStore(), createStore(etcd, `acme-${stacks - 1}`)]
    expect((await Promise.all([one.addHint(hint('a'), null), other.addHint(hint('a'), null)])).toSorted()).toEqual(['added', 'duplicate'])
    expect(await one.hints()).toMatchObject([{ id: 'a' }])
  })

  test('a settled hint is open no more, and its second copy changes nothing', async () => {
    const store = newStore()
    const term = await leads(store)
    await store.addHint(hint('a', 2), null)
    await store.addHint(hint('b', 1), null)
    expect((await store.hints()).map(({ id }) => id)).toEqual(['b', 'a'])
    await store.settleHint(term, 'a', 'unfounded')
    await store.settleHint(term, 'never-heard-of', 'healed')
    expect(await store.addHint(hint('a'), null)).toBe('duplicate')
    expect((await store.hints()).map(({ id }) => id)).toEqual(['b'])
    expect((await store.hintRecords()).map((record) => [record.hint.id, record.outcome])).toEqual([['a', 'unfounded'], ['b', null]])
    await expect(store.settleHint({ ...term, revision: '1' }, 'b', 'healed')).rejects.toMatchObject({ code: 'NOT_LEADER' })
  })

  test('an alert that is over takes back an open hint, never a settled one', async () => {
    const store = newStore()
    await store.addHint(hint('a'), null)
    expect([await store.withdrawHint('a'), await store.withdrawHint('a'), await store.withdrawHint('b')]).toEqual([true, false, false])
    expect(await store.hintRecords()).toMatchObject([{ outcome: 'withdrawn' }])
    expect(await store.withdrawnHints()).toMatchObject([{ id: 'a' }])
    await store.forgetWithdrawnHint('a')
    expect(await store.withdrawnHints()).toEqual([])
    expect(await store.addHint(hint('a'), null)).toBe('duplicate')
  })

  test('without an id, the same within some seconds is the same', async () => {
    const store = newStore()
    const mark = { key: 'db-1-noise', seconds: 2 }
    expect([await store.addHint(hint('a'), mark), await store.addHint(hint('b'), mark)]).toEqual(['added', 'duplicate'])
    await waitFor(async () => ((await store.addHint(hint('c'), mark)) === 'added' ? true : undefined), { timeoutMs: 10_000, everyMs: 250, what: 'the mark to end' })
  })

  test('the inbox has an end, and what is remembered too', async () => {
    const store = newStore()
    const term = await leads(store)
    for (let number = 0; number < 100; number++) expect(await store.addHint(hint(`h${number}`, number), null)).toBe('added')
    expect(await store.addHint(hint('one-more'), null)).toBe('full')
    for (let number = 0; number < 550; number++) {
      await store.settleHint(term, `h${number}`, 'unfounded')
      expect(await store.addHint(hint(`h${number + 100}`, number + 100), null)).toBe('added')
    }
    expect(await store.hints()).toHaveLength(100)
    const records = await store.hintRecords()
    expect(records.length).toBeLessThanOrEqual(500)
    expect(records[0]?.hint.id).toBe('h649')
  }, 60_000)

  test('forged hints add up until they are told', async () => {
    const store = newStore()
    for (const count of [2, 3]) await store.addForgedHints({ candidate: 'db-1', count, from: '192.0.2.7' })
    expect(await store.forgedHints()).toEqual([{ candidate: 'db-1', count: 5, from: '192.0.2.7' }])
    await store.removeForgedHints('db-1')
    expect(await store.forgedHints()).toEqual([])
  })
})
