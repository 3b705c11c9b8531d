/** Finds and signals a machine's processes from outside, by its cgroup and not by memory, so that it works after a restart. */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { processesOf, type Hierarchy } from './cgroups.ts'

/** The last of a process's ids, one for each pid namespace it is in, outermost first. */
export function namespacePids(status: string): number[] {
  const line = /^NSpid:\s+(.*)$/m.exec(status)?.[1] ?? ''
  return line.split(/\s+/).filter((part) => part !== '').map(Number)
}

/** Pid of the machine's init as the host sees it; undefined when the machine is not running. */
export async function findLeader(hierarchies: readonly Hierarchy[], cgroup: string): Promise<number | undefined> {
  const candidates = await Promise.all(
    (await processesOf(hierarchies, cgroup)).map(async (pid) => ({ pid, ids: namespacePids(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')) })),
  )
  // A container inside the machine has an init too, one namespace deeper.
  const inits = candidates.filter(({ ids }) => ids.length > 1 && ids.at(-1) === 1).sort((one, other) => one.ids.length - other.ids.length)
  return inits[0]?.pid
}

/** False when the process is already gone. */
export function signal(pid: number, name: NodeJS.Signals | number): boolean {
  try {
    process.kill(pid, name)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

/** The kernel keeps that much of a process's name. */
const COMM_LENGTH = 15

/** Signals every process of that name (its comm, or the base name of its program); returns how many. */
export async function killByName(hierarchies: readonly Hierarchy[], cgroup: string, wanted: string, signalName: NodeJS.Signals): Promise<number> {
  let count = 0
  for (const pid of await processesOf(hierarchies, cgroup)) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    if (namespacePids(status).length < 2) continue
    const comm = /^Name:\s+(.*)$/m.exec(status)?.[1]
    const program = basename((await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')[0] ?? '')
    if ((comm === wanted.slice(0, COMM_LENGTH) || program === wanted) && signal(pid, signalName)) count += 1
  }
  return count
}
