import { expect, test } from 'vitest'
import { parseIds } from './accounts.ts'
import { missingPackages } from './packages.ts'
import { parseShow } from './units.ts'

test('names to ids, and lines that are none', () => {
  expect([...parseIds('root:x:0:0:root:/root:/bin/bash\n# a comment\nnginx:x:101:\n+::\n')]).toEqual([['root', 0], ['nginx', 101]])
})

test('packages that are known but not installed are missing, unknown ones too', () => {
  expect(missingPackages(['nginx', 'etcd-server', 'nonesuch'], 'nginx installed\netcd-server config-files\n')).toEqual(['etcd-server', 'nonesuch'])
})

test('several units in one answer of systemctl', () => {
  const text = 'Id=nginx.service\nActiveState=active\nUnitFileState=enabled\n\nId=etcd.service\nActiveState=failed\nUnitFileState=masked\n\nId=x.service\nActiveState=refreshing\nUnitFileState=\n'
  expect([...parseShow(text)]).toEqual([
    ['nginx.service', { state: 'active', enabled: true, masked: false }],
    ['etcd.service', { state: 'failed', enabled: false, masked: true }],
    ['x.service', { state: 'unknown', enabled: false, masked: false }],
  ])
})
