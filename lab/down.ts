/** Takes a lab down: first its daemon, then everything else. The image cache stays. */
import { readFile, rm } from 'node:fs/promises'
import { waitFor } from '../src/lib/clock.ts'
import { checkHost } from './preflight.ts'
import { listTraces, removeLab } from './cleanup.ts'
import { pidFile } from './daemon.ts'
import { signal } from './machine-processes.ts'
import { withLabLock } from './lock.ts'
import { IMAGES_DIR } from './names.ts'

/** Returns false when there was nothing to remove. */
export async function downLab(name: string): Promise<boolean> {
  checkHost()
  return withLabLock(name, async () => {
    if (!(await listTraces()).includes(name)) return false
    await stopDaemon(name)
    await removeLab(name)
    return true
  })
}

/** Stops the daemon; machines run on. */
export async function stopDaemon(lab: string): Promise<void> {
  const pid = await daemonPid(lab)
  if (pid === undefined) return
  signal(pid, 'SIGTERM')
  const gone = async (): Promise<true | undefined> => ((await daemonPid(lab)) === undefined ? true : undefined)
  await waitFor(gone, { timeoutMs: 2000, everyMs: 20, what: `the daemon of lab ${lab} to end` }).catch(async () => {
    signal(pid, 'SIGKILL')
    await waitFor(gone, { timeoutMs: 2000, everyMs: 20, what: `the daemon of lab ${lab} to die` })
  })
}

/** Undefined when it is not running; a pid that now belongs to something else is not the daemon. */
export async function daemonPid(lab: string): Promise<number | undefined> {
  const pid = Number(await readFile(pidFile(lab), 'utf8').catch(() => ''))
  if (!(pid > 0)) return undefined
  const argv = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')
  return argv.includes('lab-daemon') && argv.includes(lab) ? pid : undefined
}

/** Drops the image cache; the next lab makes its image anew. */
export const purgeImages = (): Promise<void> => rm(IMAGES_DIR, { recursive: true, force: true })
