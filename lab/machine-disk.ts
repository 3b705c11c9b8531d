/** A machine's disk: a sparse file with its own ext4, so that a full disk is full, under an overlay over the image. */
import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { OperationError } from '../src/lib/errors.ts'
import { run, tryRun } from '../src/lib/exec.ts'

export const diskFile = (directory: string): string => `${directory}/disk.img`
export const diskMount = (directory: string): string => `${directory}/disk`
/** Where podman keeps its images: an overlay can't stand on an overlay, so they bypass the machine's. */
export const containersMount = (directory: string): string => `${directory}/disk/containers`
export const rootMount = (directory: string): string => `${directory}/root`

/**
 * No journal and no barriers: a lab machine loses power, its host does not, so the host's page cache stands for a
 * disk's own safe cache; and a sync inside costs what it costs on such a disk. No reserve for root, no lazy init thread.
 */
export async function createDisk(directory: string, sizeGb: number, layers: readonly string[]): Promise<void> {
  const image = diskFile(directory)
  const handle = await open(image, 'wx', 0o600)
  await handle.truncate(sizeGb * 1024 ** 3)
  await handle.close()
  await run('mkfs.ext4', ['-q', '-F', '-m', '0', '-O', '^has_journal', '-E', 'lazy_itable_init=1,nodiscard', image], { timeoutMs: 30_000 })
  await mkdir(diskMount(directory))
  await mkdir(rootMount(directory))
  await run('mount', ['-t', 'ext4', '-o', 'loop,noatime,barrier=0,noinit_itable', image, diskMount(directory)], { timeoutMs: 30_000 })
  await mkdir(`${diskMount(directory)}/upper`)
  await mkdir(`${diskMount(directory)}/work`)
  await mkdir(containersMount(directory))
  const options = `lowerdir=${layers.join(':')},upperdir=${diskMount(directory)}/upper,workdir=${diskMount(directory)}/work`
  await run('mount', ['-t', 'overlay', 'regrow', '-o', options, rootMount(directory)], { timeoutMs: 30_000 })
}

/** What is written from now on waits, in a sleep that no signal ends; reads go on from what is in memory. */
export const hangDisk = (directory: string): Promise<string> => run('fsfreeze', ['--freeze', diskMount(directory)], { timeoutMs: 20_000 })

/** One that does not hang is left as it is. */
export const wakeDisk = async (directory: string): Promise<void> => void (await tryRun('fsfreeze', ['--unfreeze', diskMount(directory)], { timeoutMs: 20_000 }))

/** Mount points below a directory, the last mounted first. */
export function mountsBelow(directory: string, mounts: string): string[] {
  const points = mounts.split('\n').map((line) => line.split(' ')[1] ?? '')
  return points.filter((point) => point === directory || point.startsWith(`${directory}/`)).reverse()
}

/** Unmounts and removes everything; what is already gone is no error. */
export async function removeDisk(directory: string): Promise<void> {
  // Deleted data need not be written out: without this, unmounting first flushes a whole database to a file about to go.
  for (const part of [`${diskMount(directory)}/upper`, containersMount(directory)]) await rm(part, { recursive: true, force: true }).catch(() => undefined)
  for (const point of mountsBelow(directory, await readFile('/proc/mounts', 'utf8'))) {
    const plain = await tryRun('umount', [point], { timeoutMs: 10_000 })
    if (plain.code === 0) continue
    const lazy = await tryRun('umount', ['--lazy', point], { timeoutMs: 10_000 })
    if (lazy.code !== 0) throw new OperationError('UNMOUNT', `could not unmount ${point}`, { stderr: lazy.stderr })
  }
  await rm(directory, { recursive: true, force: true })
}
