import { describe, expect, test } from 'vitest'
import { afterLook, confirmedItems, hasUnconfirmed, ITEMS_MAX, type Sights } from './confirm.ts'
import type { Finding } from './finding.ts'
import { ignoredBy } from './ignore.ts'
import { managedFileFindings, unitLinks } from './managed.ts'
import { isExpected, portFinding, type Expected, type Owner } from './port-rule.ts'

test.each<[string, string[], boolean]>([
  ['/etc/motd', ['/etc/motd'], true],
  ['/etc/motd', ['/etc/motd.d/x'], false],
  ['/etc/ssl/*', ['/etc/ssl/certs/a.pem'], true],
  ['/etc/*.bak', ['/etc/nginx/nginx.conf.bak'], true],
  ['/etc/*.bak', ['/etc/nginx/nginx.conf.bakx'], false],
  [':9100', [':9100', '0.0.0.0:9100'], true],
  [':910', [':9100', '0.0.0.0:9100'], false],
  ['127.0.0.1:*', [':631', '127.0.0.1:631'], true],
  ['htop', ['htop'], true],
  ['python3.13', ['python3x13'], false],
  ['zabbix-agent*.service', ['zabbix-agent2.service', '/etc/systemd/system/multi-user.target.wants/zabbix-agent2.service'], true],
  ['alice', ['alice'], true],
])('%s ignores %j: %s', (pattern, names, ignored) => {
  expect(ignoredBy(['nothing', pattern])({ names })).toBe(ignored)
})

describe('ports', () => {
  const expected: Expected = { planned: new Set([443]), baseline: new Set(['0.0.0.0:22']), units: new Set(['regrow-app.service']) }
  const app: Owner = { program: 'node', unit: 'regrow-app.service' }
  const shell: Owner = { program: 'nc', unit: null }
  test.each<[string, string, number, Owner | null, boolean]>([
    ['a port of the plan', '0.0.0.0', 443, null, true],
    ['what came with the image', '0.0.0.0', 22, null, true],
    ['the same port at another address', '127.0.0.1', 22, shell, false],
    ['an ephemeral port of a service on loopback', '127.0.0.1', 40_001, app, true],
    ['the same on ::1', '[::1]', 40_001, app, true],
    ['a port of a service that others could reach', '0.0.0.0', 4444, app, false],
    ['a server from a shell', '0.0.0.0', 4444, shell, false],
    ['a server from a shell on loopback', '127.0.0.1', 4444, shell, false],
    ['one whose owner is gone', '127.0.0.1', 4444, null, false],
  ])('%s', (_name, address, port, owner, verdict) => {
    expect(isExpected({ address, port, inode: '1' }, owner, expected)).toBe(verdict)
  })
  test('says who', () => {
    expect(portFinding({ address: '0.0.0.0', port: 4444, inode: '1' }, shell)).toEqual({ kind: 'port', what: 'tcp 0.0.0.0:4444 (nc)', change: 'added', names: [':4444', '0.0.0.0:4444'] })
  })
})

describe('two looks in a row', () => {
  const found = (what: string): Finding => ({ kind: 'etc', what, change: 'added', names: [what] })
  const looks = (...rounds: readonly (readonly string[])[]): Sights =>
    rounds.reduce<Sights>((sights, round, index) => afterLook(sights, round.map(found), index), new Map())

  test('once is not enough, twice is, since the first time', () => {
    expect(confirmedItems(looks(['/etc/a']))).toEqual([])
    expect(hasUnconfirmed(looks(['/etc/a']))).toBe(true)
    expect(confirmedItems(looks([], ['/etc/a'], ['/etc/a'], ['/etc/a']))).toEqual([{ kind: 'etc', what: '/etc/a', change: 'added', sinceMs: 1 }])
  })
  test('what comes and goes never counts, and what is mended is gone', () => {
    expect(confirmedItems(looks(['/etc/a'], [], ['/etc/a']))).toEqual([])
    expect(confirmedItems(looks(['/etc/a'], ['/etc/a'], []))).toEqual([])
  })
  test('the oldest first, and never too many', () => {
    const many = Array.from({ length: 150 }, (_unused, index) => `/etc/${index}`)
    const items = confirmedItems(looks(['/etc/old'], ['/etc/old', ...many], ['/etc/old', ...many]))
    expect(items).toHaveLength(ITEMS_MAX)
    expect(items[0]?.what).toBe('/etc/old')
  })
})

test('managed files: as wanted, other, gone', () => {
  const wanted = new Map([['/etc/a', 'file 0644 0:0 aa'], ['/etc/b', 'file 0644 0:0 bb'], ['/etc/c', 'file 0600 0:0 cc']])
  const now = new Map([['/etc/a', 'file 0644 0:0 aa'], ['/etc/b', 'link /tmp/b']])
  expect(managedFileFindings(wanted, (path) => now.get(path)).map(({ what, change }) => [what, change])).toEqual([['/etc/b', 'changed'], ['/etc/c', 'removed']])
})

test('links of units are read again only when a directory has changed', () => {
  const stamps = new Map([['/etc/systemd/system', '1'], ['/etc/systemd/system/a.wants', '1']])
  let reads = 0
  const links = unitLinks({ stamp: (path) => stamps.get(path) ?? '', tree: () => ({ '/etc/systemd/system/a.wants': 'directory 0755 0:0', [`/etc/systemd/system/${++reads}`]: 'link x' }) })
  expect([links(), links()].map((found) => Object.keys(found).at(-1))).toEqual(['/etc/systemd/system/1', '/etc/systemd/system/1'])
  stamps.set('/etc/systemd/system/a.wants', '2')
  links()
  stamps.set('/etc/systemd/system', '2')
  links()
  expect(reads).toBe(3)
})
