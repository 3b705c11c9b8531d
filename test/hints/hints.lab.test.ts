/** A real Zabbix and a real Alertmanager, connected as the documentation says, give hints to a real stack. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { waitFor } from '../../src/lib/clock.ts'
import type { Hint } from '../../src/decide/world.ts'
import type { HintOutcome } from '../../src/controller/hints/hint-store.ts'
import { tokenClient } from '../../src/lib/mtls.ts'
import { connectStack } from '../../src/provision/stack-connection.ts'
import { loadStack } from '../../src/spec/load.ts'
import { makeWorkbench, noLab, type Workbench } from '../stack/workbench.ts'
import { startAlertmanager, type Alertmanager } from './alertmanager.ts'
import { monitoringImage } from './monitoring-image.ts'
import { MonitoringServer } from './monitoring-server.ts'
import { connectToRegrow, startZabbix, type Zabbix } from './zabbix.ts'

const NET = process.env['REGROW_HINTS_NET'] ?? '10.96.0'
const STACK = 'heard'

interface Shown {
  readonly urls: readonly { readonly machine: string; readonly plain: string; readonly zabbix: string }[]
  readonly tokens: { readonly zabbix: string; readonly alertmanager: string; readonly plain: string }
  readonly hints: readonly (Hint & { readonly outcome: HintOutcome | null })[]
}

describe.skipIf(noLab !== false)(`hints from real monitoring${noLab === false ? '' : ` (skipped: ${noLab})`}`, () => {
  let bench: Workbench
  let server: MonitoringServer
  let shown: Shown
  let rootPem: string
  const hints = async (): Promise<Shown> => JSON.parse((await bench.regrow('hints', '--show-tokens', '--json')).stdout) as Shown
  const hintThat = (is: (hint: Shown['hints'][number]) => boolean, what: string): Promise<Shown['hints'][number]> =>
    waitFor(async () => (await hints()).hints.find(is), { timeoutMs: 45_000, everyMs: 500, what })

  beforeAll(async () => {
    const image = await monitoringImage((line) => process.stderr.write(`${line}\n`))
    bench = await makeWorkbench({ stack: STACK, net: NET, layout: 'compact' })
    // Machines are told apart from the monitoring server by the firewall: only its address may give hints.
    await bench.edit((spec) => `${spec}hints: { from: [${NET}.200/32] }\n`)
    expect(await bench.regrow('init')).toMatchObject({ code: 0 })
    const up = await bench.regrow('up')
    expect(up, up.stderr).toMatchObject({ code: 0 })
    server = await MonitoringServer.open(image, STACK, `${NET}.200`)
    shown = await hints()
    rootPem = (await bench.regrow('hints', '--ca')).stdout
  })
  afterAll(async () => {
    await server?.close()
    await bench?.remove()
  })

  describe('Alertmanager', () => {
    let alertmanager: Alertmanager
    const alert = (machine: string, reason: string) => ({
      labels: { alertname: 'RegrowSecurityBreach', instance: machine, regrow_reason: reason, severity: 'critical' },
      annotations: { summary: `the audit log of ${machine} shows denied accesses`, description: '17 within two minutes' },
      startsAt: new Date(Date.now() - 1000).toISOString(),
    })

    beforeAll(async () => {
      alertmanager = await startAlertmanager(server, shown.urls.map(({ plain }) => new URL(plain).hostname), shown.tokens.alertmanager, rootPem)
    })

    test('a firing alert is one hint, by whichever candidate; its machine is found by address and port', async () => {
      const sent = alert(`${new URL(shown.urls[1]?.plain ?? '').hostname}:9100`, 'odd-noise')
      await alertmanager.send(sent, { ...sent, labels: { ...sent.labels, regrow_reason: '', alertname: 'NotForRegrow' } })
      const hint = await hintThat(({ reason }) => reason === 'odd-noise', "Alertmanager's hint").catch(async (error: unknown) => {
        throw new Error(await server.log('alertmanager'), { cause: error })
      })
      expect(hint).toMatchObject({ source: 'alertmanager', machine: shown.urls[1]?.machine, evidence: `the audit log of ${sent.labels.instance} shows denied accesses: 17 within two minutes` })
      expect((await hints()).hints.filter(({ source }) => source === 'alertmanager')).toHaveLength(1)
    })

    test('the end of an alert takes an open hint back', async () => {
      const sent = alert('nobody-1', 'gone-soon')
      await alertmanager.send(sent)
      await hintThat(({ reason }) => reason === 'gone-soon', 'the hint')
      await alertmanager.send({ ...sent, endsAt: new Date().toISOString() })
      const settled = await hintThat(({ reason, outcome }) => reason === 'gone-soon' && outcome !== null, 'the end of the hint')
      expect(['withdrawn', 'unknown-machine']).toContain(settled.outcome)
    })
  })

  test('Zabbix: media type and template as they ship turn a problem into one hint', async () => {
    const zabbix = await startZabbix(server)
    const machine = 'node-1'
    await connectToRegrow(zabbix, {
      urls: shown.urls.map((each) => each.zabbix),
      token: shown.tokens.zabbix,
      hosts: [{ name: machine, address: new URL(shown.urls.find((each) => each.machine === machine)?.plain ?? '').hostname }],
    })
    expect(await zabbix.call('mediatype.get', { filter: { name: 'Regrow' }, output: ['maxattempts', 'attempt_interval', 'maxsessions'] })).toMatchObject([{ maxattempts: '3', attempt_interval: '10s', maxsessions: '0' }])
    await pushLine(zabbix, machine, 'type=USER_AUTH msg=audit(1795193919.833:42): res=failed')
    const hint = await hintThat(({ source, reason }) => source === 'zabbix' && reason === 'security-breach', "Zabbix's hint").catch(async (error: unknown) => {
      throw new Error(`${JSON.stringify(await alerts(zabbix))}\n${await server.log('zabbix')}`, { cause: error })
    })
    expect(hint).toMatchObject({ machine, evidence: 'The audit log shows a denied access (Disaster): type=USER_AUTH msg=audit(1795193919.833:42): res=failed' })
    await waitFor(async () => (await alerts(zabbix)).find(({ status }) => status === '1'), { timeoutMs: 15_000, everyMs: 500, what: 'Zabbix to know that it was sent' })
    expect((await hints()).hints.filter(({ source, reason }) => source === 'zabbix' && reason === hint.reason)).toHaveLength(1)
  })

  test('a wrong token is refused, and the stack is told of it', async () => {
    const client = tokenClient(rootPem, 'forged')
    const answers = await Promise.all([1, 2, 3].map(() => client.call(shown.urls[0]?.plain ?? '', { json: { machine: 'node-1', reason: 'security-breach' }, timeoutMs: 5000 })))
    await client.close()
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401])
    const told = await waitFor(async () => (await texts(bench)).find((text) => text.includes('wrong token')), { timeoutMs: 20_000, everyMs: 500, what: 'the event' })
    expect(told).toMatch(/^3 hints with a wrong token were refused; they came from /)
  })

  test('regrow hints send gives a hint with the token alone', async () => {
    const answer = await bench.regrow('hints', 'send', 'node-2', '--reason', 'tried', '--json')
    expect(JSON.parse(answer.stdout)).toMatchObject({ result: 'accepted', machine: 'node-2' })
    expect((await hints()).hints[0]).toMatchObject({ source: 'plain', machine: 'node-2', reason: 'tried' })
  })
})

/** Sentences of the stack's diary. */
async function texts(bench: Workbench): Promise<readonly string[]> {
  process.env['REGROW_IDENTITY_FILE'] = join(bench.directory, 'identity.txt')
  const connection = await connectStack(await loadStack({ file: join(bench.directory, 'regrow.yaml'), environment: undefined, values: 'optional' }))
  try {
    return (await connection.events(0, 0)).map(({ text }) => text)
  } finally {
    await connection.close()
  }
}

interface SentAlert {
  readonly status: string
  readonly error: string
}

const alerts = (zabbix: Zabbix): Promise<readonly SentAlert[]> => zabbix.call<readonly SentAlert[]>('alert.get', { output: ['status', 'error', 'sendto', 'retries'] })

/** The server takes a value only once it has read that there is such an item. */
async function pushLine(zabbix: Zabbix, host: string, value: string): Promise<void> {
  await waitFor(async () => {
    const { data } = await zabbix.call<{ data: readonly { readonly error?: string }[] }>('history.push', [{ host, key: 'regrow.audit', value }])
    return data.every(({ error }) => error === undefined) ? true : undefined
  }, { timeoutMs: 30_000, everyMs: 500, what: 'Zabbix to take a value' })
}
