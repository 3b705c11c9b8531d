/** Removes everything of a lab by what is found on the host, not by what anyone remembers: works after any crash. */
import { existsSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { tryRun } from '../src/lib/exec.ts'
import { readHierarchies, removeCgroups, type Hierarchy } from './cgroups.ts'
import { nspawnDirs } from './machine-boot.ts'
import { mountsBelow } from './machine-disk.ts'
import { killMachine } from './machine-kill.ts'
import { LAB_NAME, labCgroup, labDir, machineCgroup } from './names.ts'
import { removeNetwork } from './network.ts'
import { listLabs, listMachineIds } from './state.ts'

/** Names of all labs of which anything is left: state, network namespace or cgroup. */
export async function listTraces(): Promise<string[]> {
  const netns = (await readdir('/run/netns').catch(() => [])).filter((name) => name.startsWith('regrow-')).map((name) => name.slice('regrow-'.length))
  const cgroups = await Promise.all((await readHierarchies()).map(async ({ root }) => directories(`${root}/regrow`)))
  return [...new Set([...(await listLabs()), ...netns, ...cgroups.flat()])].filter((name) => LAB_NAME.test(name)).sort()
}

const directories = async (path: string): Promise<string[]> =>
  (await readdir(path, { withFileTypes: true }).catch(() => [])).filter((entry) => entry.isDirectory()).map((entry) => entry.name)

/** The daemon must be gone. Idempotent. */
export async function removeLab(lab: string): Promise<void> {
  const hierarchies = await readHierarchies()
  const ids = new Set([...(await Promise.all(hierarchies.map(({ root }) => directories(`${root}/${labCgroup(lab)}`)))).flat(), ...(await listMachineIds(lab))])
  await Promise.all([...ids].map((id) => killMachine(hierarchies, machineCgroup(lab, id))))
  for (const directory of [...ids].flatMap(nspawnDirs)) await rm(directory, { recursive: true, force: true })
  await unmountBelow(labDir(lab))
  await detachLoops(labDir(lab))
  await removeNetwork(lab)
  await removeCgroups(hierarchies, labCgroup(lab))
  await rm(labDir(lab), { recursive: true, force: true })
  await removeEmptyParents(hierarchies)
}

async function unmountBelow(directory: string): Promise<void> {
  for (const point of mountsBelow(directory, await readFile('/proc/mounts', 'utf8'))) {
    if ((await tryRun('umount', [point], { timeoutMs: 30_000 })).code !== 0) await tryRun('umount', ['--lazy', point], { timeoutMs: 10_000 })
  }
}

interface LoopList {
  readonly loopdevices: readonly { readonly name: string; readonly 'back-file': string | null }[]
}

/** Loop devices go with their mounts; one that was set up and never mounted does not. */
async function detachLoops(directory: string): Promise<void> {
  const list = await tryRun('losetup', ['--list', '--json', '--output', 'NAME,BACK-FILE'], { timeoutMs: 10_000 })
  if (list.code !== 0 || list.stdout.trim() === '') return
  for (const device of (JSON.parse(list.stdout) as LoopList).loopdevices) {
    if (device['back-file']?.startsWith(`${directory}/`) === true) await tryRun('losetup', ['--detach', device.name], { timeoutMs: 10_000 })
  }
}

/** The last lab takes the cgroups above it along. */
async function removeEmptyParents(hierarchies: readonly Hierarchy[]): Promise<void> {
  for (const { root } of hierarchies) {
    if (existsSync(`${root}/regrow`) && (await directories(`${root}/regrow`)).length === 0) await removeCgroups([{ root, version: 1, controllers: [] }], 'regrow')
  }
}
