import { describe, expect, test } from 'vitest'
import type { Manifest } from '../../render/manifest.ts'
import { changedFiles, goneUnits, leftoverPaths, mergeReloads, type FileState, type WantedFile } from './file-changes.ts'

const wanted: WantedFile = { path: '/etc/a', mode: 0o600, uid: 0, gid: 0, content: 'new', onChange: [] }
const same: FileState = { content: 'new', mode: 0o600, uid: 0, gid: 0 }

describe('changedFiles', () => {
  test.each<[string, FileState, boolean]>([
    ['as wanted', same, false],
    ['missing', null, true],
    ['other content', { ...same, content: 'old' }, true],
    ['readable by others', { ...same, mode: 0o644 }, true],
    ['another owner', { ...same, uid: 33 }, true],
  ])('%s', (_name, state, changed) => {
    expect(changedFiles([wanted], new Map([['/etc/a', state]]))).toEqual(changed ? [wanted] : [])
  })
})

test('a file that leaves the manifest leaves the disk', () => {
  const manifest = { files: [{ path: '/etc/a' }] } as unknown as Manifest
  expect(leftoverPaths(['/etc/a', '/etc/b'], manifest)).toEqual(['/etc/b'])
})

test('a unit is reloaded or restarted once, and a restart covers a reload', () => {
  const reloads = mergeReloads([{ unit: 'a', how: 'reload' }, { unit: 'a', how: 'restart' }, { unit: 'a', how: 'reload' }, { unit: 'b', how: 'reload' }])
  expect([...reloads]).toEqual([['a', 'restart'], ['b', 'reload']])
})

test('units that the manifest has no more are known by their name or by their file', () => {
  const manifest = { units: [{ name: 'a.service' }, { name: 'kept.timer' }] } as unknown as Manifest
  const leftovers = ['/etc/systemd/system/b.timer', '/etc/systemd/system/kept.timer', '/etc/systemd/system/x.service.d/regrow.conf', '/etc/b.service']
  expect(goneUnits(['a.service', 'c.service'], leftovers, manifest)).toEqual(['c.service', 'b.timer'])
})
