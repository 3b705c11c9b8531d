/** The whole slice on one real stack: from a file to seven machines that serve, keep their secrets, update and heal. */
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { claimNewborn } from '../../src/provision/parent.ts'
import { operatorIdentity } from '../../src/provision/stack-connection.ts'
import { fingerprint } from '../../src/pki/fingerprint.ts'
import { judgeJoin } from '../../src/pki/join.ts'
import { generateSecrets } from '../../src/secrets/generate.ts'
import { parseOperatorSecrets } from '../../src/secrets/shape.ts'
import { unseal } from '../../src/secrets/seal.ts'
import type { OperatorSecrets } from '../../src/secrets/types.ts'
import { renderUserData } from '../../src/render/user-data.ts'
import { PORTS, type Plan } from '../../src/plan/types.ts'
import { loadStack } from '../../src/spec/load.ts'
import { waitFor } from '../../src/lib/clock.ts'
import { makeWorkbench, noLab, type Workbench } from './workbench.ts'

const NET = '10.94.0'
let bench: Workbench
let plan: Plan
let secrets: OperatorSecrets

const machineNames = (): string[] => plan.machines.map((machine) => machine.name)
const addressOf = (name: string): string => plan.machines.find((machine) => machine.name === name)?.address ?? ''

/** Runs a command on a machine, through the lab. */
const on = async (machine: string, ...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  (await bench.lab()).exec(machine, argv, 20_000)

/** `open` = someone accepts; `closed` = refused or silently dropped. */
const door = (address: string, port: number): Promise<'open' | 'closed'> => new Promise((resolve) => {
  const socket = connect({ host: address, port, timeout: 800 })
  const finish = (result: 'open' | 'closed'): void => {
    socket.destroy()
    resolve(result)
  }
  socket.once('connect', () => finish('open'))
  socket.once('timeout', () => finish('closed'))
  socket.once('error', () => finish('closed'))
})

describe.skipIf(noLab !== false)(`the standard stack${noLab === false ? '' : ` (skipped: ${noLab})`}`, () => {
  beforeAll(async () => {
    bench = await makeWorkbench({ stack: 't-standard', net: NET })
    expect(await bench.regrow('init')).toMatchObject({ code: 0 })
    const up = await bench.regrow('up', '--json')
    expect(up.code, up.stderr).toBe(0)
    plan = (await loadStack({ file: join(bench.directory, 'regrow.yaml'), values: 'optional' })).plan
    const identity = (await readFile(join(bench.directory, 'identity.txt'), 'utf8')).split('\n').find((line) => line.startsWith('AGE-SECRET-KEY')) ?? ''
    secrets = parseOperatorSecrets(await unseal(await readFile(join(bench.directory, 'env/lab.secrets.age'), 'utf8'), identity))
  }, 600_000)

  afterAll(async () => {
    if (process.env['REGROW_KEEP'] === undefined) await bench?.remove()
  }, 120_000)

  test('serves through the VIP, from both application machines, with reports from a replica', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => bench.get('/invariant')))
    expect(answers.every((answer) => answer.status === 200)).toBe(true)
    expect(new Set(answers.map((answer) => (answer.body as { servedBy: string }).servedBy))).toEqual(new Set(['app-1', 'app-2']))
    const report = await bench.get('/report')
    expect(report).toMatchObject({ status: 200, body: { report: { readFrom: 'replica' } } })
  })

  test('status shows every machine healthy, one holder of each VIP, and three voters', async () => {
    const status = await bench.status()
    expect(status.machines.map((machine) => machine.health)).toEqual(machineNames().map(() => 'healthy'))
    expect(status.vips.map((vip) => vip.holders.length)).toEqual([1, 1, 1])
    expect(status.etcd).toMatchObject({ learners: [] })
    expect(status.etcd.voters).toHaveLength(3)
    expect(status.database.synchronousStandbys).toHaveLength(1)
  })

  describe('doors', () => {
    test('from the host only what the plan opens to it', async () => {
      const doors = await Promise.all([
        door(addressOf('db-1'), PORTS.etcdClient), door(addressOf('db-1'), PORTS.postgres), door(addressOf('db-1'), PORTS.patroni),
        door(addressOf('app-1'), 8080), door(addressOf('entry-1'), PORTS.http), door(addressOf('app-1'), PORTS.agent),
      ])
      expect(doors).toEqual(['closed', 'open', 'closed', 'closed', 'open', 'open'])
    })
    test('an application machine can\'t reach etcd or Patroni, a database machine can', async () => {
      const knock = (from: string, to: string, port: number): Promise<number> =>
        on(from, 'curl', '--silent', '--insecure', '--max-time', '1', '--output', '/dev/null', `https://${addressOf(to)}:${port}/`).then(({ code }) => code)
      // 28 = time-out: dropped. 35, 55 and 56: reached, and refused for want of a certificate.
      expect(await knock('app-1', 'db-1', PORTS.etcdClient)).toBe(28)
      expect(await knock('app-1', 'db-1', PORTS.patroni)).toBe(28)
      expect([35, 55, 56]).toContain(await knock('db-2', 'db-1', PORTS.patroni))
      expect([35, 55, 56]).toContain(await knock('db-2', 'db-1', PORTS.etcdClient))
    })
    test('the agent wants a certificate, and a machine\'s is not enough to give orders', async () => {
      const agent = `https://${addressOf('app-2')}:${PORTS.agent}/v1/facts`
      expect((await on('app-1', 'curl', '--silent', '--insecure', '--max-time', '3', agent)).code).not.toBe(0)
      const tls = ['--cacert', '/etc/regrow/tls/ca.pem', '--cert', '/etc/regrow/tls/chain.pem', '--key', '/etc/regrow/tls/key.pem']
      const answer = await on('app-1', 'curl', '--silent', '--max-time', '3', '--output', '/dev/null', '--write-out', '%{http_code}', ...tls, agent)
      expect(answer.stdout).toBe('403')
    })
  })

  test('no secret is in the spec, a log, an argument list, user-data or Terraform\'s state', async () => {
    const values = [...Object.values(secrets.stack.passwords), ...Object.values(secrets.stack.env), secrets.stackKey, ...[secrets.rootCa.keyPem, secrets.issuingCa.keyPem].map((pem) => pem.split('\n')[1] ?? '')]
    expect(values.every((value) => value.length >= 16)).toBe(true)
    const places: [string, string][] = [['regrow.yaml', await readFile(join(bench.directory, 'regrow.yaml'), 'utf8')]]
    const state = await on('control-1', 'sh', '-c', 'for key in /regrow/t-standard/terraform/state /regrow/t-standard/desired; do ETCDCTL_API=3 etcdctl --endpoints https://127.0.0.1:2379 --cacert /etc/regrow/tls/ca.pem --cert /etc/regrow/tls/chain.pem --key /etc/regrow/tls/key.pem get --print-value-only $key; done')
    expect(state.stdout).toContain('terraform_version')
    places.push(['etcd: Terraform state and desired state', state.stdout])
    for (const name of machineNames()) {
      places.push([`${name}: journal`, (await on(name, 'journalctl', '--no-pager', '--output=cat')).stdout])
      places.push([`${name}: argument lists`, (await on(name, 'sh', '-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "')).stdout])
      places.push([`${name}: user-data`, (await on(name, 'sh', '-c', 'cat /var/lib/cloud/seed/nocloud/* /var/lib/cloud/instance/user-data.txt 2>/dev/null')).stdout])
    }
    for (const file of await readdir(join(bench.directory, '.regrow'), { recursive: true, withFileTypes: true })) {
      if (file.isFile()) places.push([file.name, await readFile(join(file.parentPath, file.name), 'latin1')])
    }
    const leaks = places.flatMap(([place, text]) => (values.some((value) => text.includes(value)) ? [place] : []))
    expect(leaks).toEqual([])
  })

  describe('birth', () => {
    const address = `${NET}.200`
    const birth = { machine: 'stranger', stack: 't-standard', joinToken: 'a'.repeat(64) }
    afterAll(async () => {
      await (await bench.lab()).remove('stranger')
    })

    test('a foreign token is refused by the parent, a foreign parent by the newborn', async () => {
      const lab = await bench.lab()
      const userData = renderUserData({ ...birth, rootFingerprint: fingerprint(secrets.rootCa.certificatePem) })
      await lab.create({ name: 'stranger', address, userData, cpus: 1, memoryMb: 512, diskGb: 5 })
      const mine = await operatorIdentity(plan, secrets)
      const newborn = await waitFor(() => claimNewborn(address, mine), { timeoutMs: 30_000, everyMs: 300, what: 'the newborn to open its door' })
      await newborn.close()
      const record = { machine: 'stranger', token: 'b'.repeat(64), expiresMs: Date.now() + 60_000, usedBy: null }
      expect(judgeJoin(record, newborn.claim, Date.now())).toEqual({ ok: false, refused: 'foreign' })
      const right = { ...record, token: birth.joinToken }
      expect(judgeJoin(right, newborn.claim, Date.now())).toEqual({ ok: true })
      expect(judgeJoin(right, newborn.claim, Date.now() + 61_000)).toEqual({ ok: false, refused: 'expired' })
      expect(judgeJoin({ ...right, usedBy: 'another key' }, newborn.claim, Date.now())).toEqual({ ok: false, refused: 'used' })
      const stranger = await operatorIdentity(plan, await generateSecrets('t-standard'))
      await expect(claimNewborn(address, stranger)).rejects.toMatchObject({ code: 'HTTP_403' })
    }, 60_000)
  })

  describe('roll-outs', () => {
    test('an edit reaches every machine, one after the other, and nobody is refused meanwhile', async () => {
      const before = await bench.status()
      await bench.edit((spec) => spec.replace('interval: 1s', 'interval: 2s'))
      let failures = 0
      const probing = setInterval(() => void bench.get('/healthz').then((answer) => { if (answer.status !== 200) failures++ }, () => failures++), 100)
      const up = await bench.regrow('up')
      clearInterval(probing)
      expect(up.code, up.stderr).toBe(0)
      const after = await bench.status()
      expect(after.generation).toBe(before.generation + 1)
      expect(after.machines.find((machine) => machine.name === 'entry-1')?.wantedRevision).not.toBe(before.machines.find((machine) => machine.name === 'entry-1')?.wantedRevision)
      expect(after.machines.every((machine) => machine.facts?.revision === machine.wantedRevision)).toBe(true)
      expect(failures).toBe(0)
    }, 120_000)

    test('a third application machine gets its share of the requests, and leaves again', async () => {
      const servers = async (): Promise<string[]> => {
        const answers = await Promise.all(Array.from({ length: 12 }, () => bench.get('/invariant')))
        return [...new Set(answers.map((answer) => (answer.body as { servedBy: string }).servedBy))].toSorted()
      }
      await bench.edit((spec) => spec.replace('app:', 'app:\n  machines: 3'))
      expect(await bench.regrow('up')).toMatchObject({ code: 0 })
      expect(await servers()).toEqual(['app-1', 'app-2', 'app-3'])
      await bench.edit((spec) => spec.replace('app:\n  machines: 3', 'app:'))
      expect(await bench.regrow('up')).toMatchObject({ code: 0 })
      expect(await servers()).toEqual(['app-1', 'app-2'])
      expect((await (await bench.lab()).list()).map((machine) => machine.name)).not.toContain('app-3')
    }, 180_000)

    test('a change of the database\'s shared settings reaches Patroni', async () => {
      const strict = async (): Promise<string> => (await on('db-1', 'patronictl', '-c', '/etc/patroni/config.yml', 'show-config')).stdout
      await bench.edit((spec) => spec.replace('database: {', 'database: { durability: strict,'))
      expect(await bench.regrow('up')).toMatchObject({ code: 0 })
      expect(await strict()).toContain('synchronous_mode_strict: true')
      await bench.edit((spec) => spec.replace('durability: strict,', ''))
      expect(await bench.regrow('up')).toMatchObject({ code: 0 })
      expect(await strict()).toContain('synchronous_mode_strict: false')
    }, 120_000)

    test('a change that breaks the application reaches one machine and is taken back, with the reason; the next one comes in', async () => {
      await bench.edit((spec) => spec.replace('health:', 'command: "false"\n  health:'))
      const broken = await bench.regrow('up')
      expect(broken.code).toBe(3)
      expect(broken.stderr).toMatch(/was taken back, because it did not become healthy/)
      expect(new Set(broken.stderr.match(/app-[12] gets manifest/g)).size).toBe(1)
      expect((await bench.get('/invariant')).status).toBe(200)
      await bench.edit((spec) => spec.replace('command: "false"\n  ', ''))
      const mended = await bench.regrow('up')
      expect(mended.code, mended.stderr).toBe(0)
    }, 240_000)
  })

  test('a machine that loses power is replaced by itself; a request within the guards too; the primary after a switchover', async () => {
    const primary = (await bench.status()).database.leader ?? ''
    const standby = primary === 'db-1' ? 'db-2' : 'db-1'
    const incarnation = async (name: string): Promise<string | null | undefined> => (await bench.status()).machines.find((machine) => machine.name === name)?.incarnation
    const before = await incarnation(standby)
    const primaryBefore = await incarnation(primary)
    await (await bench.lab()).power(standby, 'off')
    await waitFor(async () => ((await bench.status()).converged ? undefined : true), { timeoutMs: 20_000, everyMs: 500, what: 'the loss to be noticed' })
    await bench.converged(120_000)
    expect(await incarnation(standby)).not.toBe(before)
    const asked = await bench.regrow('replace', 'app-1')
    expect(asked.code, asked.stderr).toBe(0)
    const moved = await bench.regrow('replace', primary)
    expect(moved.code, moved.stderr).toBe(0)
    expect(moved.stderr).toContain(`${standby} took over from ${primary} as primary`)
    expect(await incarnation(primary)).not.toBe(primaryBefore)
    await bench.converged(60_000)
  }, 300_000)

  test('a pause holds what a human asks for, says why, and can be overruled or ended', async () => {
    expect(await bench.regrow('pause', '--reason', 'work on the switch', '--for', '10m')).toMatchObject({ code: 0 })
    const refused = await bench.regrow('replace', 'app-1')
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('work on the switch')
    const why = JSON.parse((await bench.regrow('why', 'app-1', '--json')).stdout) as { guards: { guard: string; refuses: boolean }[] }
    expect(why.guards.filter((guard) => guard.refuses).map(({ guard }) => guard)).toEqual(['paused'])
    const forced = await bench.regrow('replace', 'app-1', '--force', '--yes')
    expect(forced.code, forced.stderr).toBe(0)
    expect(forced.stderr).toContain('at risk:')
    expect(await bench.regrow('resume')).toMatchObject({ code: 0 })
    await bench.converged(60_000)
  }, 120_000)

  test('a program that stays down is started again; a hand edit of a managed file makes the machine anew', async () => {
    const incarnation = async (): Promise<string | null | undefined> => (await bench.status()).machines.find((machine) => machine.name === 'app-2')?.incarnation
    const before = await incarnation()
    await on('app-2', 'systemctl', 'stop', 'regrow-app.service')
    await waitFor(async () => ((await on('app-2', 'systemctl', 'is-active', 'regrow-app.service')).stdout.trim() === 'active' ? true : undefined), { timeoutMs: 60_000, everyMs: 500, what: 'the application to be started again' })
    await bench.converged(60_000)
    expect(await incarnation()).toBe(before)
    await on('app-2', 'sh', '-c', 'echo "# by hand" >> /etc/pgbouncer/pgbouncer.ini')
    await waitFor(async () => ((await incarnation()) === before ? undefined : true), { timeoutMs: 60_000, everyMs: 500, what: 'app-2 to be made anew' })
    await bench.converged(60_000)
    const incidents = JSON.parse((await bench.regrow('incidents', '--json')).stdout) as { outcome: string; machines: string[]; timeline: { kind: string }[] }[]
    expect(incidents.slice(0, 2).map(({ outcome, machines }) => [outcome, machines])).toEqual([['healed', ['app-2']], ['healed', ['app-2']]])
    expect(incidents[0]?.timeline.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['drift', 'decided', 'member', 'redundant']))
    expect(incidents[1]?.timeline.map(({ kind }) => kind)).toContain('restarted')
  }, 200_000)

  test('a machine that hangs in its birth is begun anew after the start-up time-out', async () => {
    const lab = await bench.lab()
    const before = (await lab.get('app-2'))?.id
    const replacing = bench.regrow('replace', 'app-2')
    const newborn = await waitFor(async () => {
      const machine = await lab.get('app-2')
      return machine === undefined || machine.id === before ? undefined : machine
    }, { timeoutMs: 30_000, everyMs: 20, what: 'app-2 to be made anew' })
    await waitFor(async () => (await lab.power('app-2', 'freeze'), true), { timeoutMs: 10_000, everyMs: 20, what: 'app-2 to freeze while it boots' })
    const replaced = await replacing
    expect(replaced.code, replaced.stderr).toBe(0)
    expect(replaced.stderr).toContain('was not a full member 40 s after its birth began')
    expect(replaced.stderr).toContain('the console of app-2')
    expect((await lab.get('app-2'))?.id).not.toBe(newborn.id)
    await bench.converged(60_000)
  }, 200_000)

  test('control-1 is lost: the stack serves on, a database machine\'s controller makes it anew, and gives the lead back', async () => {
    const before = (await bench.status()).machines.find((machine) => machine.name === 'control-1')?.incarnation
    await (await bench.lab()).power('control-1', 'off')
    expect((await bench.post('/transfers', { id: 'without-control', from: 1, to: 2, amount: 1 })).status).toBeLessThan(300)
    await waitFor(async () => {
      const status = await bench.status()
      const control = status.machines.find((machine) => machine.name === 'control-1')
      return status.controller.machine === 'control-1' && status.converged && control?.health === 'healthy' && control.incarnation !== before ? true : undefined
    }, { timeoutMs: 150_000, everyMs: 1000, what: 'a new control-1 to lead' })
  }, 240_000)

  test('the whole stack loses power and comes back by itself, with its data', async () => {
    expect((await bench.post('/transfers', { id: 'before-the-dark', from: 1, to: 2, amount: 7 })).status).toBeLessThan(300)
    const lab = await bench.lab()
    await Promise.all(machineNames().map((name) => lab.power(name, 'off')))
    await Promise.all(machineNames().map((name) => lab.power(name, 'on')))
    await waitFor(async () => ((await bench.get('/transfers/before-the-dark')).status === 200 ? true : undefined), { timeoutMs: 120_000, everyMs: 500, what: 'the transfer to be read back' })
    await bench.converged(120_000)
    expect((await bench.get('/invariant')).body).toMatchObject({ held: true })
  }, 300_000)

  test('destroy leaves no machine and no lab', async () => {
    expect((await bench.regrow('destroy', '--yes')).code).toBe(0)
    expect(JSON.parse((await bench.regrow('lab', 'list', '--json')).stdout)).not.toContainEqual(expect.objectContaining({ name: 't-standard' }))
  }, 60_000)
})
