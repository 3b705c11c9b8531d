/** What systemd is asked and told for the holder of the lease. */
import { existsSync, mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { readUnits } from '../agent/apply/units.ts'
import { run } from '../lib/exec.ts'
import type { LastRuns } from './store.ts'
import { TIMING } from './lease.ts'
import { jobTimer, LATE_FILE, ONE_TARGET, TERM_FILE, TERM_VARIABLE } from './names.ts'

const TIMEOUT_MS = 5000
const CGROUPS = '/sys/fs/cgroup/system.slice'
const STAMPS = '/var/lib/systemd/timers'

/** For whoever cleans up after this program. */
export const noteLate = (lateMs: number): void => writeFileSync(LATE_FILE, `${Math.ceil(lateMs / 1000)}\n`)

/** The target and all that it wants; it refuses to start without the term's file. */
export async function startTerm(term: number): Promise<void> {
  writeFileSync(TERM_FILE, `${TERM_VARIABLE}=${term}\n`)
  await run('systemctl', ['start', '--no-block', ONE_TARGET], { timeoutMs: TIMEOUT_MS })
}

export async function stillRunning(units: readonly string[]): Promise<readonly string[]> {
  const wanted = [ONE_TARGET, ...units]
  const found = await readUnits(wanted)
  return wanted.filter((unit) => !['inactive', 'failed'].includes(found.get(unit)?.state ?? 'unknown'))
}

/** By the kernel, without asking anybody: systemd sees that they have ended. Units that don't run have no group. */
export function killAtOnce(units: readonly string[]): void {
  for (const unit of units) {
    const door = `${CGROUPS}/${unit}/cgroup.kill`
    if (existsSync(door)) writeFileSync(door, '1')
  }
}

const notify = (...words: readonly string[]): Promise<string> => run('systemd-notify', words, { timeoutMs: TIMING.tellMs })

/** From now on systemd kills this program, and ends what is bound to it, when it hears of no renewal for so long. */
export const armWatchdog = (): Promise<string> => notify(`WATCHDOG_USEC=${TIMING.watchdogMs * 1000}`, 'WATCHDOG=1')
export const tellRenewal = (): Promise<string> => notify('WATCHDOG=1')

const stampOf = (job: string): string => `${STAMPS}/stamp-${jobTimer(job)}`

/** systemd keeps when it last began a persistent timer's service as the time of a file. */
export const lastRunsHere = (jobs: readonly string[]): LastRuns =>
  Object.fromEntries(jobs.flatMap((job) => {
    const stamp = statSync(stampOf(job), { throwIfNoEntry: false })
    return stamp === undefined ? [] : [[job, Math.round(stamp.mtimeMs)]]
  }))

/** So that what another machine ran is not run again, and what nobody ran is. */
export function adoptLastRuns(jobs: readonly string[], lastRuns: LastRuns): void {
  const here = lastRunsHere(jobs)
  mkdirSync(STAMPS, { recursive: true })
  for (const job of jobs) {
    const atMs = lastRuns[job]
    if (atMs === undefined || atMs <= (here[job] ?? 0)) continue
    writeFileSync(stampOf(job), '', { flag: 'a' })
    utimesSync(stampOf(job), atMs / 1000, atMs / 1000)
  }
}
