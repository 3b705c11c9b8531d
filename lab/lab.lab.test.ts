/** A real lab with real machines: what the API promises, and that nothing is left behind. */
import { existsSync, readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { waitFor } from '../src/lib/clock.ts'
import { run } from '../src/lib/exec.ts'
import { labClient, type LabClient } from '../src/providers/lab/client.ts'
import type { CreateMachine, LabMachineState } from './api.ts'
import { listTraces } from './cleanup.ts'
import { daemonPid, downLab } from './down.ts'
import { findLab } from './find.ts'
import { hostLink, labDir } from './names.ts'
import { packageRoot } from './package-root.ts'
import { upLab } from './up.ts'

const LAB = 't-lab'
const NEIGHBOUR = 't-lab-2'
const BOOT_MS = 30_000

function reasonToSkip(): string | undefined {
  if (process.platform !== 'linux') return `needs Linux, this is ${process.platform}`
  if (process.getuid?.() !== 0) return 'needs root'
  return existsSync(`${packageRoot()}/dist/cli.js`) ? undefined : 'needs npm run build'
}

const skip = reasonToSkip()
const machine = (name: string, address: string, userData = '#cloud-config\n'): CreateMachine => ({ name, address, userData, cpus: 2, memoryMb: 512, diskGb: 1 })
const USER_DATA = '#cloud-config\nwrite_files:\n- {path: /etc/regrow/hello, content: "from user-data", permissions: "0600"}\nruncmd:\n- [sh, -c, "echo ran >>/root/runs"]\n'

describe.skipIf(skip !== undefined)(`a lab${skip === undefined ? '' : ` (skipped: ${skip})`}`, () => {
  let lab: LabClient

  const inside = async (name: string, ...argv: string[]): Promise<string> => {
    const result = await lab.exec(name, argv)
    if (result.code !== 0) throw new Error(`${argv.join(' ')} on ${name}: ${result.code} ${result.stderr}`)
    return result.stdout.trim()
  }
  const reaches = async (from: string, address: string): Promise<boolean> => (await lab.exec(from, ['ping', '-c1', '-W1', '-n', address])).code === 0
  const booted = (name: string): Promise<string> =>
    waitFor(
      async () => {
        const { stdout } = await lab.exec(name, ['systemctl', 'is-system-running'])
        return ['running', 'degraded'].includes(stdout.trim()) ? stdout.trim() : undefined
      },
      { timeoutMs: BOOT_MS, everyMs: 100, what: `${name} to boot` },
    )
  const becomes = (name: string, state: LabMachineState): Promise<true> =>
    waitFor(async () => ((await lab.get(name))?.state === state ? (true as const) : undefined), { timeoutMs: BOOT_MS, everyMs: 50, what: `${name} to be ${state}` })
  const bootId = (name: string): Promise<string> => inside(name, 'stat', '-c', '%Y.%Z', '/run/systemd/system')

  beforeAll(async () => {
    await downLab(NEIGHBOUR)
    await downLab(LAB)
    lab = labClient(await upLab({ name: LAB, network: '10.91.0.0/24' }))
    await Promise.all([lab.create(machine('one', '10.91.0.1', USER_DATA)), lab.create(machine('two', '10.91.0.2')), lab.create(machine(`three-${'x'.repeat(34)}`, '10.91.0.3'))])
    await Promise.all([booted('one'), booted('two'), booted(`three-${'x'.repeat(34)}`)])
  })
  afterAll(async () => {
    await downLab(NEIGHBOUR)
    await downLab(LAB)
  })

  test('its machines boot without a failed unit and reach each other and the host', async () => {
    expect(await inside('one', 'systemctl', '--failed', '--no-legend')).toBe('')
    expect(await reaches('one', '10.91.0.2')).toBe(true)
    expect(await reaches('two', '10.91.0.254')).toBe(true)
    expect(await hostReaches('10.91.0.3')).toBe(true)
  })

  test('user-data arrives, and a machine is a Debian of its own', async () => {
    expect(await inside('one', 'cat', '/etc/regrow/hello')).toBe('from user-data')
    expect(await inside('one', 'hostname')).toBe('one')
    expect(await inside('one', 'cat', '/root/runs')).toBe('ran')
    const ids = await Promise.all(['one', 'two'].map((name) => inside(name, 'cat', '/etc/machine-id')))
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/)
    expect(ids[0]).not.toBe(ids[1])
    expect(await inside('one', 'sh', '-c', 'dpkg --audit && dpkg -l patroni | tail -1')).toMatch(/^ii/)
    expect(await inside('one', 'passwd', '--status', 'root')).toMatch(/^root L/)
    expect(await inside('one', 'systemctl', 'is-enabled', 'regrow-agent.service')).toBe('enabled')
    expect((await lab.exec('one', ['systemctl', 'is-enabled', 'regrow-controller.service'])).stdout.trim()).toBe('disabled')
  })

  test('a machine may use the packet filter, as keepalived and the fence do', async () => {
    await inside('one', 'sh', '-c', 'nft add table inet probe && nft add set inet probe s "{ type ipv4_addr; flags timeout; }" && nft delete table inet probe')
  })

  test('the same creation again is no conflict, another one is', async () => {
    const before = await lab.get('one')
    expect((await lab.create(machine('one', '10.91.0.1', USER_DATA))).id).toBe(before?.id)
    await expect(lab.create(machine('one', '10.91.0.9'))).rejects.toMatchObject({ code: 'HTTP_409' })
    await expect(lab.create(machine('four', '10.91.0.2'))).rejects.toMatchObject({ code: 'HTTP_409' })
  })

  test('caps hold from outside', async () => {
    const spend = 'cat /proc/self/cgroup >/dev/null; exec head -c 700M /dev/zero | tail'
    expect((await lab.exec('two', ['sh', '-c', spend], 30_000)).code).not.toBe(0)
    expect((await lab.get('two'))?.state).toBe('running')
  })

  test('reboot is clean, keeps the disk, and runs user-data only once', async () => {
    await inside('one', 'sh', '-c', 'echo kept >/root/kept')
    const before = await bootId('one')
    await lab.power('one', 'reboot')
    await waitFor(async () => ((await bootId('one')) === before ? undefined : true), { timeoutMs: BOOT_MS, everyMs: 100, what: 'one to reboot' })
    await booted('one')
    expect(await inside('one', 'cat', '/root/kept', '/root/runs')).toBe('kept\nran')
    expect(await reaches('one', '10.91.0.2')).toBe(true)
  })

  test('power off is a power loss; the disk is there when it is on again', async () => {
    expect((await lab.power('one', 'off')).state).toBe('off')
    expect(await reaches('two', '10.91.0.1')).toBe(false)
    await expect(lab.exec('one', ['true'])).rejects.toMatchObject({ code: 'HTTP_409' })
    expect((await lab.power('one', 'off')).state).toBe('off')
    await lab.power('one', 'on')
    await becomes('one', 'running')
    await booted('one')
    expect(await inside('one', 'cat', '/root/kept')).toBe('kept')
  })

  test('a machine that switches itself off is off', async () => {
    await lab.exec('two', ['systemctl', 'poweroff'])
    await becomes('two', 'off')
    await lab.power('two', 'on')
    await becomes('two', 'running')
    await booted('two')
  })

  test('a frozen machine stands still and goes on; it can lose power too', async () => {
    const tick = 'systemd-run --quiet --unit=tick sh -c "while :; do date +%s%N >/run/tick; sleep 0.05; done"'
    await inside('one', 'sh', '-c', tick)
    expect((await lab.power('one', 'freeze')).state).toBe('frozen')
    await expect(lab.exec('one', ['true'])).rejects.toMatchObject({ code: 'HTTP_409' })
    expect((await lab.power('one', 'thaw')).state).toBe('running')
    const first = await inside('one', 'cat', '/run/tick')
    await waitFor(async () => ((await inside('one', 'cat', '/run/tick')) === first ? undefined : true), { timeoutMs: 5000, everyMs: 50, what: 'one to tick again' })
    await lab.power('one', 'freeze')
    expect((await lab.power('one', 'off')).state).toBe('off')
    await lab.power('one', 'on')
    await becomes('one', 'running')
    await booted('one')
  })

  test('cut: the machine reaches nobody until it is healed', async () => {
    const id = await lab.fault({ kind: 'cut', machine: 'one' })
    expect(await lab.faults()).toEqual([{ id, fault: { kind: 'cut', machine: 'one' } }])
    expect(await reaches('two', '10.91.0.1')).toBe(false)
    await lab.heal(id)
    await waitFor(async () => ((await reaches('two', '10.91.0.1')) ? true : undefined), { timeoutMs: 10_000, everyMs: 100, what: 'one to be back' })
  })

  test('cut-pair: two machines are apart, both ways or one way, and reach the others', async () => {
    const both = await lab.fault({ kind: 'cut-pair', machine: 'one', peer: 'two', direction: 'both' })
    expect(await reaches('one', '10.91.0.2')).toBe(false)
    expect(await reaches('one', '10.91.0.3')).toBe(true)
    await lab.heal(both)
    expect(await reaches('one', '10.91.0.2')).toBe(true)

    await lab.fault({ kind: 'cut-pair', machine: 'one', peer: 'two', direction: 'to' })
    const seen = 'nft add table inet seen; nft add chain inet seen in "{ type filter hook input priority 0; }"; nft add rule inet seen in ip saddr 10.91.0.1 counter'
    await inside('two', 'sh', '-c', seen)
    await inside('one', 'sh', '-c', 'nft add table inet seen; nft add chain inet seen in "{ type filter hook input priority 0; }"; nft add rule inet seen in ip saddr 10.91.0.2 counter')
    await reaches('one', '10.91.0.2')
    await lab.exec('two', ['ping', '-c2', '-i0.2', '-W1', '-n', '10.91.0.1'])
    expect(await inside('two', 'nft', 'list', 'table', 'inet', 'seen')).toContain('packets 0')
    expect(await inside('one', 'nft', 'list', 'table', 'inet', 'seen')).not.toContain('packets 0')
    await lab.heal()
    for (const name of ['one', 'two']) await inside(name, 'nft', 'delete', 'table', 'inet', 'seen')
    expect(await reaches('one', '10.91.0.2')).toBe(true)
  })

  test('cut one way: what it says does not arrive, what it is told does', async () => {
    const id = await lab.fault({ kind: 'cut', machine: 'one', direction: 'out' })
    await inside('one', 'sh', '-c', 'nft add table inet seen; nft add chain inet seen in "{ type filter hook input priority 0; }"; nft add rule inet seen in ip saddr 10.91.0.2 counter')
    expect(await reaches('two', '10.91.0.1')).toBe(false)
    expect(await inside('one', 'nft', 'list', 'table', 'inet', 'seen')).not.toContain('packets 0')
    await inside('one', 'nft', 'delete', 'table', 'inet', 'seen')
    await lab.heal(id)
    expect(await reaches('two', '10.91.0.1')).toBe(true)
  })

  test('flap: down and up, and over by itself', async () => {
    await lab.fault({ kind: 'flap', machine: 'one', times: 2, downMs: 1500, upMs: 1500 })
    expect(await reaches('two', '10.91.0.1')).toBe(false)
    await waitFor(async () => ((await lab.faults()).length === 0 ? true : undefined), { timeoutMs: 15_000, everyMs: 100, what: 'the link to have flapped' })
    await waitFor(async () => ((await reaches('two', '10.91.0.1')) ? true : undefined), { timeoutMs: 10_000, everyMs: 100, what: 'one to be back' })
  })

  test('a frozen machine can be deleted', async () => {
    await lab.create(machine('frozen', '10.91.0.4'))
    await booted('frozen')
    await lab.power('frozen', 'freeze')
    await lab.remove('frozen')
    expect(await lab.get('frozen')).toBeUndefined()
  })

  test('loss: a share of the packets goes', async () => {
    const id = await lab.fault({ kind: 'loss', machine: 'one', percent: 30 })
    const received = Number(/(\d+) received/.exec((await lab.exec('two', ['ping', '-q', '-c200', '-i0.005', '-W1', '-n', '10.91.0.1'])).stdout)?.[1])
    // Both ways are lossy: 0.7 · 0.7 of 200 is 98.
    expect(received).toBeGreaterThan(50)
    expect(received).toBeLessThan(150)
    await lab.heal(id)
    expect(await inside('two', 'ping', '-q', '-c20', '-i0.005', '-W1', '-n', '10.91.0.1')).toContain(' 0% packet loss')
  })

  test('fill-disk: no space inside, and space again', async () => {
    const half = await lab.fault({ kind: 'fill-disk', machine: 'one', percent: 50 })
    expect(await inside('one', 'df', '--output=pcent', '/')).toMatch(/ (49|50|51)%/)
    await inside('one', 'dd', 'if=/dev/zero', 'of=/root/half', 'bs=64k', 'count=10')
    const full = await lab.fault({ kind: 'fill-disk', machine: 'one', percent: 100 })
    const failed = await lab.exec('one', ['dd', 'if=/dev/zero', 'of=/root/full', 'bs=64k', 'count=10'])
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('No space left on device') as string })
    await lab.heal(full)
    await lab.heal(half)
    await inside('one', 'dd', 'if=/dev/zero', 'of=/root/full', 'bs=64k', 'count=10')
  })

  test('kill: processes go by name, and there is nothing to heal', async () => {
    await inside('one', 'systemd-run', '--quiet', '--unit=victim', 'sleep', '1000')
    await waitFor(async () => ((await lab.exec('one', ['pidof', 'sleep'])).code === 0 ? true : undefined), { timeoutMs: 5000, everyMs: 20, what: 'the victim to run' })
    await lab.fault({ kind: 'kill', machine: 'one', process: 'sleep', signal: 'SIGKILL' })
    await waitFor(async () => ((await inside('one', 'systemctl', 'show', '--property=Result', 'victim')) === 'Result=signal' ? true : undefined), { timeoutMs: 5000, everyMs: 50, what: 'the victim to die' })
    expect(await lab.faults()).toEqual([])
    await expect(lab.fault({ kind: 'kill', machine: 'one', process: 'no-such', signal: 'SIGKILL' })).rejects.toMatchObject({ code: 'HTTP_409' })
  })

  test('faults last over a power cycle, and end with the machine', async () => {
    await lab.fault({ kind: 'loss', machine: 'two', percent: 100 })
    await lab.power('two', 'off')
    await lab.power('two', 'on')
    await becomes('two', 'running')
    await booted('two')
    expect(await reaches('one', '10.91.0.2')).toBe(false)
    const replaced = await replace('two', '10.91.0.2')
    expect(await lab.faults()).toEqual([])
    await booted('two')
    // From the new machine: the old one's hardware address may still be in its neighbours' caches.
    expect(await reaches('two', '10.91.0.1')).toBe(true)
    expect(replaced.ms).toBeLessThan(2000)
  })

  const replace = async (name: string, address: string): Promise<{ ms: number }> => {
    const before = await lab.get(name)
    const started = Date.now()
    await lab.remove(name)
    const after = await lab.create(machine(name, address))
    expect(after.id).not.toBe(before?.id)
    return { ms: Date.now() - started }
  }

  test('a machine made anew right after its deletion is another machine with an empty disk', async () => {
    await inside('two', 'touch', '/root/old')
    for (let round = 0; round < 3; round += 1) await replace('two', '10.91.0.2')
    await booted('two')
    expect((await lab.exec('two', ['test', '-e', '/root/old'])).code).toBe(1)
    expect(await reaches('two', '10.91.0.1')).toBe(true)
    await lab.remove('no-such-machine')
  })

  test('the console says what happened at boot', async () => expect(await lab.console('one', 1000)).toMatch(/cloud-init/i))

  test('machines outlive the daemon, and the next one takes them over', async () => {
    const fault = await lab.fault({ kind: 'loss', machine: 'two', percent: 1 })
    const before = await lab.list()
    const pid = await daemonPid(LAB)
    if (pid === undefined) throw new Error('no daemon')
    process.kill(pid, 'SIGKILL')
    await waitFor(async () => ((await daemonPid(LAB)) === undefined ? true : undefined), { timeoutMs: 5000, everyMs: 20, what: 'the daemon to die' })
    await expect(findLab(LAB)).rejects.toMatchObject({ name: 'UserError', next: 'regrow lab up --name t-lab' })
    expect(await hostReaches('10.91.0.1')).toBe(true)

    const again = await upLab({ name: LAB })
    expect(again.outcome).toBe('adopted')
    lab = labClient(again)
    expect(await lab.list()).toEqual(before)
    expect((await lab.faults()).map(({ id }) => id)).toEqual([fault])
    await lab.heal()
    expect(await inside('one', 'cat', '/root/kept')).toBe('kept')
    expect((await upLab({ name: LAB })).outcome).toBe('already-up')
  })

  test('another lab runs beside it; one with an overlapping network does not', async () => {
    await expect(upLab({ name: NEIGHBOUR, network: '10.91.0.128/25' })).rejects.toThrow('overlaps')
    await expect(upLab({ name: LAB, network: '10.93.0.0/24' })).rejects.toThrow('is up with network 10.91.0.0/24')
    const neighbour = labClient(await upLab({ name: NEIGHBOUR, network: '10.91.1.0/24' }))
    await neighbour.create(machine('one', '10.91.1.1'))
    await waitFor(async () => ((await hostReaches('10.91.1.1')) ? true : undefined), { timeoutMs: BOOT_MS, everyMs: 100, what: 'the neighbour' })
    expect((await lab.get('one'))?.id).not.toBe((await neighbour.get('one'))?.id)
    expect(await downLab(NEIGHBOUR)).toBe(true)
    await leavesNothing(NEIGHBOUR)
    expect(await reaches('one', '10.91.0.254')).toBe(true)
  })

  test('down leaves nothing, also when the daemon is dead and a machine is frozen', async () => {
    await lab.power('one', 'freeze')
    const pid = await daemonPid(LAB)
    if (pid === undefined) throw new Error('no daemon')
    process.kill(pid, 'SIGKILL')
    expect(await downLab(LAB)).toBe(true)
    await leavesNothing(LAB)
    expect(await downLab(LAB)).toBe(false)
  })
})

/** From this host, which need not have ping: a refused connection is an answer too. */
function hostReaches(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 9, timeout: 1000 })
    socket.once('connect', () => resolve(true)).once('timeout', () => resolve(false)).once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'))
    socket.once('close', () => socket.destroy()).once('timeout', () => socket.destroy())
  })
}

/** The processes of a killed daemon are adopted and reaped by the host's init, in its own time. */
async function leavesNothing(lab: string): Promise<void> {
  await waitFor(async () => ((await traces(lab)).length === 0 ? true : undefined), { timeoutMs: 3000, everyMs: 200, what: 'the last processes to be reaped' }).catch(() => undefined)
  expect(await traces(lab)).toEqual([])
}

/** Whatever of a lab is still on this host, in words. */
async function traces(lab: string): Promise<string[]> {
  const found: string[] = []
  if ((await listTraces()).includes(lab)) found.push('state, namespace or cgroup')
  if (existsSync(labDir(lab))) found.push('state directory')
  if (readFileSync('/proc/mounts', 'utf8').includes(`${labDir(lab)}/`)) found.push('mount')
  if ((await run('losetup', ['--list', '--output', 'BACK-FILE'])).includes(`${labDir(lab)}/`)) found.push('loop device')
  if ((await run('ip', ['-json', 'link'])).includes(hostLink(lab))) found.push('link')
  for (const pid of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const argv = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (argv.includes(`${labDir(lab)}/`) || (argv.includes('lab-daemon') && argv.split('\0').includes(lab))) found.push(`process ${pid}`)
    if ((await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '')).includes(`regrow/${lab}/`)) found.push(`process ${pid} in its cgroup`)
  }
  return found
}
