import { describe, expect, test } from 'vitest'
import { cgroupDoors, limitWrites, parseHierarchies } from './cgroups.ts'

const HYBRID = `tmpfs /sys/fs/cgroup tmpfs rw,relatime,mode=755 0 0
cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,nosuid,relatime,cpu,cpuacct 0 0
cgroup /sys/fs/cgroup/cpuset cgroup rw,relatime,cpuset 0 0
cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0
cgroup /sys/fs/cgroup/systemd cgroup rw,relatime,xattr,name=systemd 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0
/dev/vda / ext4 rw 0 0
`

describe('hierarchies', () => {
  test('of a hybrid host, without cpuset', () => {
    expect(parseHierarchies(HYBRID)).toEqual([
      { root: '/sys/fs/cgroup/cpu,cpuacct', version: 1, controllers: ['cpu', 'cpuacct'] },
      { root: '/sys/fs/cgroup/memory', version: 1, controllers: ['memory'] },
      { root: '/sys/fs/cgroup/systemd', version: 1, controllers: ['name=systemd'] },
      { root: '/sys/fs/cgroup/unified', version: 2, controllers: [] },
    ])
  })
  test('of a host with version 2 alone', () =>
    expect(parseHierarchies('cgroup2 /sys/fs/cgroup cgroup2 rw,nsdelegate 0 0\n')).toEqual([{ root: '/sys/fs/cgroup', version: 2, controllers: [] }]))
  test('ignores what is mounted elsewhere', () => expect(parseHierarchies('cgroup2 /var/lib/x/sys/fs/cgroup cgroup2 rw 0 0\n')).toEqual([]))
})

describe('limits', () => {
  const limits = { cpus: 1.5, memoryMb: 512 }
  test('version 1', () => {
    expect(limitWrites({ root: '/c', version: 1, controllers: ['cpu', 'cpuacct'] }, limits)).toEqual([
      { file: 'cpu.cfs_period_us', value: '20000' },
      { file: 'cpu.cfs_quota_us', value: '30000' },
    ])
    expect(limitWrites({ root: '/m', version: 1, controllers: ['memory'] }, limits)).toEqual([{ file: 'memory.limit_in_bytes', value: '536870912' }])
    expect(limitWrites({ root: '/f', version: 1, controllers: ['freezer'] }, limits)).toEqual([])
  })
  test('version 2', () =>
    expect(limitWrites({ root: '/u', version: 2, controllers: [] }, limits)).toEqual([
      { file: 'cpu.max', value: '30000 20000' },
      { file: 'memory.max', value: '536870912' },
    ]))
  test('the kernel takes no quota below a millisecond', () => expect(limitWrites({ root: '/c', version: 1, controllers: ['cpu'] }, { cpus: 0.01, memoryMb: 64 })[1]?.value).toBe('1000'))
})

test('in version 2 a machine lives one level below its limits', () =>
  expect(cgroupDoors([{ root: '/v1', version: 1, controllers: ['cpu'] }, { root: '/v2', version: 2, controllers: [] }], 'regrow/lab/a')).toEqual(['/v1/regrow/lab/a/cgroup.procs', '/v2/regrow/lab/a/boot/cgroup.procs']))
