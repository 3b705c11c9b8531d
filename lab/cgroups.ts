/** Cgroups of a machine, on hosts with version 1 hierarchies, with version 2 alone, or with both. */
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { waitFor } from '../src/lib/clock.ts'

export interface Hierarchy {
  readonly root: string
  readonly version: 1 | 2
  /** Version 1: controllers of this mount, or `name=systemd`. Version 2: empty, see cgroup.controllers. */
  readonly controllers: readonly string[]
}

export interface Limits {
  readonly cpus: number
  readonly memoryMb: number
}

/** Short, so that a machine at its cap pauses for milliseconds and no VRRP advert is late. */
const CPU_PERIOD_US = 20_000

/** Reads /proc/mounts. cpuset is left out: a new cpuset has no CPUs until it is given some, and no machine needs one. */
export function parseHierarchies(mounts: string): Hierarchy[] {
  const hierarchies: Hierarchy[] = []
  for (const line of mounts.split('\n')) {
    const [, root, type, options] = line.split(' ')
    if (root === undefined || options === undefined || !root.startsWith('/sys/fs/cgroup')) continue
    if (type === 'cgroup2') hierarchies.push({ root, version: 2, controllers: [] })
    if (type !== 'cgroup') continue
    const controllers = options.split(',').filter((option) => V1_CONTROLLERS.has(option))
    if (controllers.length > 0) hierarchies.push({ root, version: 1, controllers })
  }
  return hierarchies
}
const V1_CONTROLLERS = new Set(['cpu', 'cpuacct', 'memory', 'freezer', 'pids', 'blkio', 'devices', 'name=systemd'])

/** Files to write in the machine's cgroup of one hierarchy to cap it. */
export function limitWrites(hierarchy: Hierarchy, limits: Limits): { readonly file: string; readonly value: string }[] {
  const quota = String(Math.max(1000, Math.round(limits.cpus * CPU_PERIOD_US)))
  const bytes = String(limits.memoryMb * 1024 * 1024)
  if (hierarchy.version === 2) {
    return [
      { file: 'cpu.max', value: `${quota} ${CPU_PERIOD_US}` },
      { file: 'memory.max', value: bytes },
    ]
  }
  return hierarchy.controllers.flatMap((controller) => {
    if (controller === 'cpu') return [{ file: 'cpu.cfs_period_us', value: String(CPU_PERIOD_US) }, { file: 'cpu.cfs_quota_us', value: quota }]
    return controller === 'memory' ? [{ file: 'memory.limit_in_bytes', value: bytes }] : []
  })
}

export const readHierarchies = async (): Promise<Hierarchy[]> => parseHierarchies(await readFile('/proc/mounts', 'utf8'))

/** Version 2 knows no processes in inner cgroups: the machine lives one level below its limits. */
const home = (hierarchy: Hierarchy, path: string): string => `${hierarchy.root}/${path}${hierarchy.version === 2 ? '/boot' : ''}`

/** The files that take a process into the machine's cgroups. */
export const cgroupDoors = (hierarchies: readonly Hierarchy[], path: string): string[] => hierarchies.map((hierarchy) => `${home(hierarchy, path)}/cgroup.procs`)

/** Makes the machine's cgroup in each hierarchy and caps it. */
export async function createCgroups(hierarchies: readonly Hierarchy[], path: string, limits: Limits): Promise<void> {
  for (const hierarchy of hierarchies) {
    if (hierarchy.version === 2) await delegateControllers(hierarchy.root, path)
    const directory = `${hierarchy.root}/${path}`
    await mkdir(home(hierarchy, path), { recursive: true })
    for (const { file, value } of limitWrites(hierarchy, limits)) {
      if (existsSync(`${directory}/${file}`)) await writeFile(`${directory}/${file}`, value)
    }
  }
}

/** Lets the version 2 controllers reach down to (and into) the machine's cgroup; on a hybrid host there are none. */
async function delegateControllers(root: string, path: string): Promise<void> {
  const available = (await readFile(`${root}/cgroup.controllers`, 'utf8')).trim().split(' ').filter((name) => ['cpu', 'memory', 'pids', 'io'].includes(name))
  let directory = root
  for (const part of ['', ...path.split('/')]) {
    directory = part === '' ? directory : `${directory}/${part}`
    await mkdir(directory, { recursive: true })
    if (available.length > 0) await writeFile(`${directory}/cgroup.subtree_control`, available.map((name) => `+${name}`).join(' '))
  }
}

/** Freezer of version 1 where there is one: it holds the machine flat; else version 2. */
const tracking = (hierarchies: readonly Hierarchy[]): Hierarchy | undefined =>
  hierarchies.find((hierarchy) => hierarchy.controllers.includes('freezer')) ?? hierarchies.find((hierarchy) => hierarchy.version === 2)

export async function setFrozen(hierarchies: readonly Hierarchy[], path: string, frozen: boolean): Promise<void> {
  const hierarchy = tracking(hierarchies)
  if (hierarchy === undefined) throw new Error('this kernel has no cgroup freezer')
  const directory = `${hierarchy.root}/${path}`
  const [order, value, answer, goal] =
    hierarchy.version === 2 ? ['cgroup.freeze', frozen ? '1' : '0', 'cgroup.events', frozen ? /^frozen 1$/m : /^frozen 0$/m] : ['freezer.state', frozen ? 'FROZEN' : 'THAWED', 'freezer.state', frozen ? /^FROZEN$/m : /^THAWED$/m]
  await writeFile(`${directory}/${order}`, value)
  await waitFor(async () => (goal.test(await readFile(`${directory}/${answer}`, 'utf8')) ? true : undefined), { timeoutMs: 5000, everyMs: 10, what: `${path} to be ${frozen ? 'frozen' : 'thawed'}` })
}

export async function isFrozen(hierarchies: readonly Hierarchy[], path: string): Promise<boolean> {
  const hierarchy = tracking(hierarchies)
  if (hierarchy === undefined) return false
  const text = await readFile(`${hierarchy.root}/${path}/${hierarchy.version === 2 ? 'cgroup.freeze' : 'freezer.state'}`, 'utf8').catch(() => '')
  return text.trim() === '1' || text.startsWith('FR')
}

/** Every process of the cgroup and those below it; empty when there is none. */
export async function processesOf(hierarchies: readonly Hierarchy[], path: string): Promise<number[]> {
  const hierarchy = tracking(hierarchies)
  if (hierarchy === undefined) return []
  const directories = await descend(`${hierarchy.root}/${path}`)
  const lists = await Promise.all(directories.map((directory) => readFile(`${directory}/cgroup.procs`, 'utf8').catch(() => '')))
  return lists.flatMap((list) => list.split('\n').filter((line) => line !== '').map(Number)).filter((pid) => pid > 0)
}

/** The directory and all below it, parents first. */
async function descend(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => undefined)
  if (entries === undefined) return []
  const below = await Promise.all(entries.filter((entry) => entry.isDirectory()).map((entry) => descend(`${directory}/${entry.name}`)))
  return [directory, ...below.flat()]
}

/** Removes the cgroup from every hierarchy, deepest first; what still has a dying process is tried again for a second. */
export async function removeCgroups(hierarchies: readonly Hierarchy[], path: string): Promise<void> {
  for (const hierarchy of hierarchies) {
    await waitFor(
      async () => {
        for (const directory of (await descend(`${hierarchy.root}/${path}`)).reverse()) await rmdir(directory)
        return true
      },
      { timeoutMs: 3000, everyMs: 20, what: `${hierarchy.root}/${path} to be empty` },
    )
  }
}
