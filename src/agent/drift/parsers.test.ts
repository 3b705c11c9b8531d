import { describe, expect, test } from 'vitest'
import { parseAccountFiles, parseHomes } from './accounts.ts'
import { parseAuthorizedKeys } from './authorized-keys.ts'
import { addressOf, isPastListeners, listenerNames, parseListeners } from './listeners.ts'
import { parseDpkgStatus } from './packages.ts'
import { unitOfCgroup } from './port-rule.ts'

test('installed packages are those that dpkg says are installed', () => {
  const status = `Package: nginx
Status: install ok installed
Architecture: amd64
Version: 1.26.3-3

Package: nano
Status: deinstall ok config-files
Architecture: amd64
Conffiles:
 /etc/nanorc 0123

Package: libc6
Status: install ok installed
Architecture: i386
`
  expect(parseDpkgStatus(status)).toEqual({ 'nginx:amd64': '', 'libc6:i386': '' })
})

describe('accounts', () => {
  const passwd = 'root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000:Alice:/home/alice:/bin/sh\n'
  const group = 'root:x:0:\nadm:x:4:syslog,alice\n'
  const shadow = 'root:*:20000:0:99999:7:::\nalice:$y$j9T$abc:20000:0:99999:7:::\nbob:!:1::::::\n'
  const all = parseAccountFiles(passwd, group, shadow)

  test('users, groups, and passwords that are set', () => {
    expect(Object.keys(all)).toEqual(['root', 'alice', 'root (group)', 'adm (group)', 'alice (password)'])
  })
  test.each<[string, [string, string, string], string[]]>([
    ['a comment field', [passwd.replace(':Alice:', ':A. Liddell:'), group, shadow], []],
    ['the order of members', [passwd, group.replace('syslog,alice', 'alice,syslog'), shadow], []],
    ['the day of a password', [passwd, group, shadow.replace('abc:20000', 'abc:20001')], []],
    ['a shell', [passwd.replace('/bin/sh', '/bin/bash'), group, shadow], ['alice']],
    ['an id', [passwd.replace('1000:1000', '0:0'), group, shadow], ['alice']],
    ['a member', [passwd, group.replace('syslog,', ''), shadow], ['adm (group)']],
    ['a password', [passwd, group, shadow.replace('abc', 'abd')], ['alice (password)']],
  ])('%s', (_name, texts, changed) => {
    const now = parseAccountFiles(...texts)
    expect(Object.keys(now).filter((key) => now[key] !== all[key])).toEqual(changed)
  })
  test('no digest gives a password away by its text', () => {
    expect(JSON.stringify(all)).not.toContain('$y$')
  })
  test('homes, each once', () => {
    expect(parseHomes(`${passwd}daemon:x:1:1:daemon:/root:/usr/sbin/nologin\nodd:x:2:2::relative:/bin/sh\n`)).toEqual([{ user: 'root', home: '/root' }, { user: 'alice', home: '/home/alice' }])
  })
})

describe('authorized keys', () => {
  const blob = 'AAAAC3NzaC1lZDI1NTE5AAAAIJ0fDnkCkm1cMCYDlD8yCFLAVsQs8cXvMXmZC3Rt5EWk'
  test('by comment, else by fingerprint; options and comments about keys', () => {
    const text = `# mine\nssh-ed25519 ${blob} alice@laptop\n\ncommand="/bin/x y",no-pty ssh-rsa ${blob} backup job\nssh-ed25519 ${blob}\n`
    expect(Object.keys(parseAuthorizedKeys('root', text))).toEqual(['root: alice@laptop', 'root: backup job', expect.stringMatching(/^root: SHA256:[\w+/]{43}$/)])
  })
  test('a second key with the same comment is another one, and an option makes another key', () => {
    expect(Object.keys(parseAuthorizedKeys('root', `ssh-ed25519 ${blob} a\nssh-rsa AAAA a\n`))).toHaveLength(2)
    expect(parseAuthorizedKeys('root', `ssh-ed25519 ${blob} a\n`)).not.toEqual(parseAuthorizedKeys('root', `no-pty ssh-ed25519 ${blob} a\n`))
  })
})

describe('listeners', () => {
  const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
  const table = `${head}   0: 0100007F:094B 00000000:0000 0A 00000000:00000000 00:00000000 00000000   101        0 4711 1 0 100 0 0 10 0
   1: 00000000:01BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 100 0 0 10 0
`
  const connection = '   2: 0100007F:094B 0100007F:9C4E 01 00000000:00000000 00:00000000 00000000   101        0 4713 1 0 20 4 30 10 -1\n'

  test('servers only', () => {
    expect(parseListeners(table + connection)).toEqual([{ address: '127.0.0.1', port: 2379, inode: '4711' }, { address: '0.0.0.0', port: 443, inode: '4712' }])
    expect(listenerNames(parseListeners(table))).toEqual(['0.0.0.0:443', '127.0.0.1:2379'])
  })
  test('the first connection ends the servers', () => {
    expect(isPastListeners('')).toBe(false)
    expect(isPastListeners(table)).toBe(false)
    expect(isPastListeners(table + connection)).toBe(true)
    // Half a line tells nothing yet.
    expect(isPastListeners(table + connection.slice(0, 40))).toBe(false)
  })
  test.each([
    ['0100007F', '127.0.0.1'],
    ['00000000000000000000000000000000', '[::]'],
    ['00000000000000000000000001000000', '[::1]'],
    ['B80D01200000000000000000010000FF', '[2001:db8::ff00:1]'],
    ['0000000000000000FFFF00000100007F', '127.0.0.1'],
  ])('%s is %s', (hex, address) => {
    expect(addressOf(hex)).toBe(address)
  })
})

test.each([
  ['0::/system.slice/nginx.service\n', 'nginx.service'],
  ['9:name=systemd:/\n0::/system.slice/regrow-app.service/inner\n', 'regrow-app.service'],
  ['0::/user.slice/user-0.slice/session-1.scope\n', null],
  ['0::/../..\n', null],
])('the unit of %j is %s', (cgroup, unit) => {
  expect(unitOfCgroup(cgroup)).toBe(unit)
})
