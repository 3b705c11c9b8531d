import { expect, test } from 'vitest'
import { chooseAptOptions, chooseMirror, DEFAULT_MIRROR } from './apt-mirror.ts'

test("the host's Debian archive is used, not its security archive or anyone else's", () =>
  expect(chooseMirror('http://mirror.example/debian-security/\nhttps://deb.nodesource.com/node_20.x/\nhttp://mirror.example/debian/\n')).toBe('http://mirror.example/debian'))

test('a host without one gets the default', () => expect(chooseMirror('http://archive.ubuntu.com/ubuntu/\n')).toBe(DEFAULT_MIRROR))

test('of apt only the way to the mirror is taken over', () => {
  const dump = [
    'Acquire "";',
    'Acquire::http::Proxy "http://proxy.example:3128";',
    'Acquire::https "";',
    'Acquire::IndexTargets::deb::Packages::MetaKey "$(COMPONENT)/x";',
    'Acquire::Check-Valid-Until "false";',
    'DPkg::Post-Invoke:: "something of the host";',
  ].join('\n')
  expect(chooseAptOptions(dump)).toBe('Acquire::http::Proxy "http://proxy.example:3128";\nAcquire::Check-Valid-Until "false";\nAPT::Install-Recommends "false";\n')
})
