/** What Linux says of a process's memory and time (proc_pid_status(5), proc_pid_stat(5)). */
import { readFileSync } from 'node:fs'

/** Linux counts processor time in hundredths of a second for programs (USER_HZ), whatever its own clock. */
const TICK_MS = 10

export interface MemoryFigures {
  readonly rssMb: number
  /** The part that no file backs: heaps and stacks. */
  readonly anonymousMb: number
  /** The most it ever was. */
  readonly peakMb: number
}

export function memoryOf(pid: number): MemoryFigures {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  // The file says kB and means KiB.
  const read = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1024
  return { rssMb: read('VmRSS'), anonymousMb: read('RssAnon'), peakMb: read('VmHWM') }
}

/** Processor time used so far, in user and kernel mode. */
export function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // After the name, which is in parentheses and may hold anything: state is field 3, utime 14, stime 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}
