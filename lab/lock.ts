/** One `lab up` or `lab down` of a lab at a time; the lock of a killed process counts for nothing. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { UserError } from '../src/lib/errors.ts'

const LOCKS_DIR = '/run/regrow'

export async function withLabLock<T>(lab: string, work: () => Promise<T>): Promise<T> {
  const file = `${LOCKS_DIR}/lab-${lab}.lock`
  await mkdir(LOCKS_DIR, { recursive: true })
  await takeLock(file, lab)
  try {
    return await work()
  } finally {
    await rm(file, { force: true })
  }
}

async function takeLock(file: string, lab: string): Promise<void> {
  const mine = `${process.pid} ${await startTicks(process.pid)}`
  for (;;) {
    try {
      return await writeFile(file, mine, { flag: 'wx' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const [pid = '', ticks] = (await readFile(file, 'utf8').catch(() => '')).split(' ')
    // An empty file is a lock that is being written just now.
    if (pid === '' || (ticks !== undefined && (await startTicks(Number(pid))) === ticks)) {
      throw new UserError(`another command is bringing lab ${lab} up or down (process ${pid || 'unknown'})`, { where: file, next: 'wait for it, then try again' })
    }
    await rm(file, { force: true })
  }
}

/** When a process started, in clock ticks since boot: tells it from a later one with the same pid. Undefined when it is gone. */
export async function startTicks(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  // The second field is the program's name, in parentheses, with anything in it.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
}
