import { describe, expect, test } from 'vitest'
import type { ManifestFile, ManifestUnit } from '../../render/manifest.ts'
import { firstBaseline, joinApplication, type Ordered } from './baseline.ts'
import { judge, type Managed } from './judge.ts'
import type { Entries, Snapshot } from './snapshot.ts'
import { managedUnitFindings } from './unit-links.ts'

const SYSTEM = '/etc/systemd/system'
const FILE = 'file 0644 0:0 aa'
const OTHER = 'file 0644 0:0 bb'
const DIRECTORY = 'directory 0755 0:0'
const nginx: ManifestUnit = { name: 'nginx.service', enabled: true, running: true }

const birth: Snapshot = {
  etc: {
    '/etc/motd': FILE,
    '/etc/nginx': DIRECTORY,
    '/etc/nginx/nginx.conf': FILE,
    '/etc/passwd': 'file 0644 0:0',
    [SYSTEM]: DIRECTORY,
    [`${SYSTEM}/fstrim.timer`]: 'link /dev/null',
    [`${SYSTEM}/multi-user.target.wants`]: DIRECTORY,
    [`${SYSTEM}/multi-user.target.wants/nginx.service`]: 'link /usr/lib/systemd/system/nginx.service',
    [`${SYSTEM}/multi-user.target.wants/cron.service`]: 'link /usr/lib/systemd/system/cron.service',
  },
  packages: { 'nginx:amd64': '', 'curl:amd64': '' },
  accounts: { root: 'r', 'root (group)': 'g' },
  keys: {},
}
const managing = (paths: readonly string[], units: readonly ManifestUnit[] = [nginx]): Managed =>
  ({ files: paths.map((path) => ({ path }) as ManifestFile), units })
const manifest = managing(['/etc/nginx/nginx.conf'])

/** Entries laid over the birth's; undefined takes one away. */
const etc = (changes: Readonly<Record<string, string | undefined>>): Snapshot =>
  ({ ...birth, etc: Object.fromEntries(Object.entries({ ...birth.etc, ...changes }).filter(([, entry]) => entry !== undefined)) as Entries })
const told = (now: Snapshot, of: Managed = manifest): string[] => judge(birth, now, of).map(({ kind, change, what }) => `${kind} ${change} ${what}`)

describe('what is drift', () => {
  test.each<[string, Snapshot, string[]]>([
    ['nothing changed', birth, []],
    ['an edit', etc({ '/etc/motd': OTHER }), ['etc changed /etc/motd']],
    ['permissions', etc({ '/etc/passwd': 'file 0666 0:0' }), ['etc changed /etc/passwd']],
    ['a removal', etc({ '/etc/motd': undefined }), ['etc removed /etc/motd']],
    ['a new directory is told as one', etc({ '/etc/x': DIRECTORY, '/etc/x/a': FILE, '/etc/x/b': FILE, '/etc/xy': FILE }), ['etc added /etc/x', 'etc added /etc/xy']],
    ['a managed file is judged elsewhere', etc({ '/etc/nginx/nginx.conf': OTHER }), []],
    ['what machines change by themselves', etc({ '/etc/resolv.conf': FILE, '/etc/iproute2': DIRECTORY, '/etc/iproute2/rt_addrprotos.d/keepalived.conf': FILE, '/etc/nginx/.nginx.conf.regrow-new': FILE }), []],
    ['a unit is enabled', etc({ [`${SYSTEM}/multi-user.target.wants/nc.service`]: 'link /etc/systemd/system/nc.service', [`${SYSTEM}/nc.service`]: FILE }), ['unit added nc.service (enabled)', 'unit added nc.service (unit file)']],
    ['a unit is disabled', etc({ [`${SYSTEM}/multi-user.target.wants/cron.service`]: undefined }), ['unit removed cron.service (disabled)']],
    ['a unit is masked', etc({ [`${SYSTEM}/ssh.service`]: 'link /dev/null' }), ['unit added ssh.service (masked)']],
    ['a unit is unmasked', etc({ [`${SYSTEM}/fstrim.timer`]: undefined }), ['unit removed fstrim.timer (unmasked)']],
    ['a drop-in', etc({ [`${SYSTEM}/cron.service.d`]: DIRECTORY, [`${SYSTEM}/cron.service.d/x.conf`]: FILE }), ['unit added cron.service (drop-in x.conf)']],
    ['links of managed units are judged elsewhere', etc({ [`${SYSTEM}/multi-user.target.wants/nginx.service`]: undefined }), []],
    ['packages', { ...birth, packages: { 'nginx:amd64': '', 'nmap:amd64': '' } }, ['package removed curl', 'package added nmap']],
    ['accounts', { ...birth, accounts: { root: 'other', 'root (group)': 'g', 'eve (password)': 'p' } }, ['account added eve (password)', 'account changed root']],
    ['a key', { ...birth, keys: { 'root: eve@x': 'k' } }, ['authorized-key added root: eve@x']],
  ])('%s', (_name, now, expected) => {
    expect(told(now)).toEqual(expected)
  })

  test.each<[string, Snapshot, ManifestUnit, string[]]>([
    ['as ordered', birth, nginx, []],
    ['disabled', etc({ [`${SYSTEM}/multi-user.target.wants/nginx.service`]: undefined }), nginx, ['removed nginx.service (disabled)']],
    ['enabled against the order', birth, { ...nginx, enabled: false }, ['added nginx.service (enabled)']],
    ['masked', etc({ [`${SYSTEM}/nginx.service`]: 'link /dev/null' }), nginx, ['changed nginx.service (masked)']],
  ])('a managed unit: %s', (_name, now, unit, expected) => {
    expect(managedUnitFindings([unit], now.etc).map(({ change, what }) => `${change} ${what}`)).toEqual(expected)
  })
})

describe('an application joins the baseline', () => {
  const baseline = firstBaseline(birth, manifest, 1)
  const after = (now: Snapshot, of: Managed, ordered: Ordered = {}): string[] => {
    const joined = joinApplication(baseline, now, of, ordered)
    return judge(joined, now, of).map(({ kind, change, what }) => `${kind} ${change} ${what}`)
  }

  test('with new files, their directories and links of its units; what others did meanwhile stays drift', () => {
    const now = etc({
      '/etc/app': DIRECTORY,
      '/etc/app/env': FILE,
      '/etc/motd': OTHER,
      [`${SYSTEM}/multi-user.target.wants/app.service`]: 'link x',
      [`${SYSTEM}/multi-user.target.wants/nc.service`]: 'link x',
    })
    expect(after(now, managing(['/etc/app/env', '/etc/nginx/nginx.conf'], [nginx, { ...nginx, name: 'app.service' }])))
      .toEqual(['etc changed /etc/motd', 'unit added nc.service (enabled)'])
  })
  test('what leaves the manifest is no drift once it was ordered away', () => {
    expect(after(etc({ '/etc/nginx/nginx.conf': undefined, [`${SYSTEM}/multi-user.target.wants/nginx.service`]: undefined }), managing([], []))).toEqual([])
  })
  test('what leaves the manifest stays what it is, and later changes of it are drift', () => {
    const joined = joinApplication(baseline, birth, managing([]), {})
    expect(judge(joined, etc({ '/etc/nginx/nginx.conf': OTHER }), managing([]))).toMatchObject([{ what: '/etc/nginx/nginx.conf', change: 'changed' }])
  })
  test('a directory that somebody opened to the world is still drift', () => {
    expect(after(etc({ '/etc/nginx': 'directory 0777 0:0' }), manifest)).toEqual(['etc changed /etc/nginx'])
  })
  test('with the packages and accounts that it made, and no others', () => {
    const now: Snapshot = { ...birth, packages: { ...birth.packages, 'haproxy:amd64': '', 'nmap:amd64': '' }, accounts: { ...birth.accounts, app: 'a', eve: 'e' } }
    expect(after(now, manifest, { packages: new Set(['haproxy:amd64']), accounts: new Set(['app']) })).toEqual(['package added nmap', 'account added eve'])
  })
})
