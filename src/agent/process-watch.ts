/** Notices within a tenth of a second that a process is gone: asking the kernel costs next to nothing. */
const EVERY_MS = 100

export interface ProcessWatch {
  readonly stop: () => void
}

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** `findPid`: null while there is none; asked only until there is one. `onGone` is called once for each that was seen alive. */
export function watchProcess(findPid: () => number | null, onGone: () => void): ProcessWatch {
  let pid: number | null = null
  let looks = 0
  const timer = setInterval(() => {
    if (pid === null) {
      // A file is read once a second, no more.
      if (looks++ % 10 === 0) pid = findPid()
      if (pid !== null && !lives(pid)) pid = null
      return
    }
    if (lives(pid)) return
    pid = null
    looks = 0
    onGone()
  }, EVERY_MS)
  return { stop: () => clearInterval(timer) }
}
