/** A release that is an image, from a registry of its own: it comes, changes, is refused, and outlives its registry. */
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeWorkbench, noLab, type Workbench } from './workbench.ts'

const STACK = 't-image'
const NODES = ['node-1', 'node-2'] as const
const LEDGER = new URL('../../examples/ledger', import.meta.url).pathname

interface Registry {
  readonly server: string
  readonly user: string
  readonly password: string
  readonly ca: string
}

let bench: Workbench
let registry: Registry
let changed: string

const nameOf = (tag: string): string => `${registry.server}/acme/ledger:${tag}`
const on = async (machine: string, ...argv: string[]): Promise<string> => (await (await bench.lab()).exec(machine, argv, 20_000)).stdout
const lab = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await bench.regrow('lab', ...args, '--name', STACK)
  expect(code, stderr).toBe(0)
  return stdout
}
const digestOf = async (directory: string, tag: string): Promise<string> => (JSON.parse(await lab('push', directory, `acme/ledger:${tag}`, '--json')) as { digest: string }).digest.replace('sha256:', '')
/** What the unit runs, by its digest. */
const runs = async (machine: string): Promise<string> => /sha256-([0-9a-f]{64})/.exec(await on(machine, 'podman', 'ps', '--no-trunc', '--format={{.Image}}'))?.[1] ?? 'nothing'
const serves = async (): Promise<number> => (await bench.get('/invariant')).status

describe.skipIf(noLab !== false)(`a release as an image${noLab === false ? '' : ` (skipped: ${noLab})`}`, () => {
  let first: string
  let second: string

  beforeAll(async () => {
    bench = await makeWorkbench({ stack: STACK, net: '10.116.0', layout: 'compact' })
    expect(await bench.regrow('init')).toMatchObject({ code: 0 })
    await lab('up', '--network', '10.116.0.0/24')
    registry = JSON.parse(await lab('registry', '--json')) as Registry
    changed = await mkdtemp(join(tmpdir(), 'regrow-changed-'))
    await cp(LEDGER, changed, { recursive: true })
    await appendFile(join(changed, 'server.mjs'), '// another release\n')
    first = await digestOf(LEDGER, '1.0')
    second = await digestOf(changed, '2.0')
    await appendFile(join(bench.directory, 'env/lab.env'), `REGISTRY_USER=${registry.user}\nREGISTRY_PASSWORD=${registry.password}\n`)
    await bench.edit((spec) => spec.replace(/release: .*/, `release: ${nameOf('1.0')}\n  registry: { user: REGISTRY_USER, password: REGISTRY_PASSWORD, ca: ${registry.ca} }`))
    const up = await bench.regrow('up', '--json')
    expect(up.code, up.stderr).toBe(0)
  }, 600_000)

  afterAll(async () => {
    if (process.env['REGROW_KEEP'] === undefined) await bench?.remove()
    if (changed !== undefined) await rm(changed, { recursive: true, force: true })
  }, 120_000)

  test('serves from both machines, by the digest that the tag meant', async () => {
    expect(await serves()).toBe(200)
    expect(await Promise.all(NODES.map(runs))).toEqual([first, first])
  })

  test('its root is nobody on the machine, and its processes belong to the unit', async () => {
    const status = await on('node-1', 'sh', '-c', 'for pid in $(cat /sys/fs/cgroup/system.slice/regrow-app.service/cgroup.procs); do echo $(stat -c %u /proc/$pid) $(cat /proc/$pid/comm); done')
    expect(status).toMatch(/^210001 node$/m)
    expect(status).toMatch(/^0 conmon$/m)
  })

  test('the registry\'s password is in no journal, no argument list and no file that others may read', async () => {
    const found = await on('node-1', 'sh', '-c', `journalctl --no-pager | grep -cF '${registry.password}'; cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -v 'grep -cF' | grep -cF '${registry.password}'; find /etc /run /var/lib/regrow /srv -xdev -type f -perm /044 -exec grep -lF '${registry.password}' {} +`)
    expect(found.trim().split('\n')).toEqual(['0', '0'])
  })

  test('another tag is another release, and what comes before it runs in the image too', async () => {
    await bench.edit((spec) => spec.replace(nameOf('1.0'), `${nameOf('2.0')}\n  migrate: { command: 'test -n "$DATABASE_URL" && node --version' }`))
    const up = await bench.regrow('up')
    expect(up.code, up.stderr).toBe(0)
    expect(up.stdout + up.stderr).toContain('has done what comes before release')
    expect(await Promise.all(NODES.map(runs))).toEqual([second, second])
    expect(await serves()).toBe(200)
  }, 200_000)

  test('what the registry does not have, or refuses, is said before anything changes', async () => {
    const missing = await bench.regrow('deploy', '--image', nameOf('9.9'))
    expect(missing.code).toBe(2)
    expect(missing.stderr).toContain(`the registry ${registry.server} has no image acme/ledger:9.9`)
    const environment = join(bench.directory, 'env/lab.env')
    const right = await readFile(environment, 'utf8')
    await writeFile(environment, right.replace(registry.password, 'wrong'))
    const refused = await bench.regrow('up')
    await writeFile(environment, right)
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('user or password is wrong')
    expect(await Promise.all(NODES.map(runs))).toEqual([second, second])
    expect((await bench.status()).converged).toBe(true)
  }, 120_000)

  test('a release that a machine can\'t pull is taken back, and the one before goes on', async () => {
    const digest = await digestOf(changed, '3.0')
    for (const node of NODES) await lab('fault', 'cut-pair', node, 'registry')
    const deployed = await bench.regrow('deploy', '--image', nameOf('3.0'))
    await lab('fault', 'heal')
    expect(deployed.code).not.toBe(0)
    expect(deployed.stderr).toContain('it is away')
    expect(await Promise.all(NODES.map(runs))).toEqual([second, second])
    expect(digest).not.toBe(second)
    await bench.converged(60_000)
  }, 200_000)

  test('with the registry away the same name means what it meant, and a new machine has the image from another', async () => {
    await lab('power', 'registry', 'off')
    const up = await bench.regrow('up')
    expect(up.code, up.stderr).toBe(0)
    const deployed = await bench.regrow('deploy', '--image', nameOf('1.0'))
    expect(deployed.stderr).toMatch(/the registry \S+ gives no answer/)
    const replaced = await bench.regrow('replace', 'node-2')
    expect(replaced.code, replaced.stderr).toBe(0)
    await bench.converged(120_000)
    expect(await Promise.all(NODES.map(runs))).toEqual([second, second])
    await lab('power', 'registry', 'on')
  }, 300_000)

  test('the image before stays, and older ones go', async () => {
    const images = async (machine: string): Promise<string[]> => (await on(machine, 'podman', 'images', '--no-trunc', '--format={{.Tag}}')).trim().split('\n').toSorted()
    const [third, fourth] = [await digestOf(LEDGER, '3.1'), await digestOf(changed, '3.2')]
    for (const tag of ['3.1', '3.2']) {
      const deployed = await bench.regrow('deploy', '--image', nameOf(tag))
      expect(deployed.code, deployed.stderr).toBe(0)
    }
    expect(await images('node-1')).toEqual([third, fourth].map((digest) => `sha256-${digest}`).toSorted())
  }, 200_000)
})
