import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseNetwork } from './address.ts'
import { fillerBytes } from './fill-disk.ts'
import { plainText, renderSupervisor } from './machine-boot.ts'
import { mountsBelow } from './machine-disk.ts'
import { namespacePids } from './machine-processes.ts'
import { renderMetaData, renderNetworkConfig } from './machine-seed.ts'
import { Turns } from './turns.ts'

test('the supervisor is a shell script that boots again after a reboot only', () => {
  const script = renderSupervisor({ lab: 'x', id: 'app-1-0a', name: 'app-1', cgroupDoors: ['/c/cgroup.procs'] })
  execFileSync('sh', ['-n'], { input: script })
  expect(script).toContain('while [ "$code" = 133 ]')
  expect(script).toContain('echo $$ >/c/cgroup.procs || exit 1')
})

test('the seed names the machine and its network', () => {
  const network = parseNetwork('10.91.0.0/24')
  if (network === undefined) throw new Error('network')
  const seed = { id: 'app-1-0a', name: 'app-1', address: '10.91.0.7', userData: '', network, gateway: '10.91.0.254' }
  expect(parse(renderMetaData(seed))).toEqual({ 'instance-id': 'app-1-0a', 'local-hostname': 'app-1' })
  expect(parse(renderNetworkConfig(seed))).toMatchObject({ version: 2, ethernets: { host0: { addresses: ['10.91.0.7/24'], routes: [{ to: '0.0.0.0/0', via: '10.91.0.254' }] } } })
})

test('mounts below a directory, last first, and none that only begins alike', () => {
  const mounts = 'a /l/one/disk ext4 x 0 0\nb /l/one/root overlay x 0 0\nc /l/one-more ext4 x 0 0\n'
  expect(mountsBelow('/l/one', mounts)).toEqual(['/l/one/root', '/l/one/disk'])
})

test('pids of a process in each namespace', () => {
  expect(namespacePids('Name:\tsystemd\nNSpid:\t4711\t1\n')).toEqual([4711, 1])
  expect(namespacePids('')).toEqual([])
})

test('how much to write until a disk is so full', () => {
  const disk = { blocks: 1000, bfree: 800, bsize: 4096 }
  expect(fillerBytes(disk, 50)).toBe(300 * 4096)
  expect(fillerBytes(disk, 10)).toBe(0)
})

test('turns: one after the other for a name, also after a failure, beside each other for two', async () => {
  const turns = new Turns()
  const order: string[] = []
  const step = (name: string, wait: number) => async () => {
    await new Promise((resolve) => setTimeout(resolve, wait))
    order.push(name)
  }
  const failed = turns.take('a', async () => Promise.reject(new Error('no')))
  await Promise.all([expect(failed).rejects.toThrow('no'), turns.take('a', step('a1', 30)), turns.take('a', step('a2', 0)), turns.take('b', step('b1', 5))])
  expect(order).toEqual(['b1', 'a1', 'a2'])
})

test('a console without the paint', () => {
  expect(plainText('\u001b[!p\u001b]104\u001b\\\u001b[?7h[\u001b[0;32m  OK  \u001b[0m] Mounted\u001b]0;title\u0007 it\r\n')).toBe('[  OK  ] Mounted it\n')
})
