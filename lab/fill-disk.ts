/** Takes what is left of a machine's disk, as a log that nobody rotated would, and gives it back. */
import { open, rm, statfs } from 'node:fs/promises'
import { tryRun } from '../src/lib/exec.ts'
import { diskMount } from './machine-disk.ts'

/** Beside the machine's files on the same file system: it takes their space and is not among them. */
const fillerFile = (directory: string, fault: string): string => `${diskMount(directory)}/filler-${fault}`

/** Bytes to take so that `percent` of the disk is used; 0 when it already is. */
export function fillerBytes(disk: { readonly blocks: number; readonly bfree: number; readonly bsize: number }, percent: number): number {
  const used = disk.blocks - disk.bfree
  return Math.max(0, Math.floor((disk.blocks * percent) / 100) - used) * disk.bsize
}

export async function fillDisk(directory: string, fault: string, percent: number): Promise<void> {
  const filler = fillerFile(directory, fault)
  const bytes = fillerBytes(await statfs(diskMount(directory)), percent)
  if (bytes > 0) await tryRun('fallocate', ['--length', String(bytes), filler], { timeoutMs: 60_000 })
  if (percent >= 100) await writeUntilFull(filler)
}

/** Allocation in one piece stops a little short of the last block. */
async function writeUntilFull(filler: string): Promise<void> {
  const handle = await open(filler, 'a')
  try {
    for (let block = 1024 * 1024; block >= 4096; ) {
      const written = await handle.write(Buffer.alloc(block)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOSPC') return undefined
        throw error
      })
      if (written === undefined) block /= 2
    }
  } finally {
    await handle.close()
  }
}

export const emptyDisk = (directory: string, fault: string): Promise<void> => rm(fillerFile(directory, fault), { force: true })
