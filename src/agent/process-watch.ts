/** Notices that a process is gone: asking the kernel costs next to nothing, waking up for it does, so whoever is awake asks. */
export const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** Looks for a new process only each so many looks: that reads a file. */
const SEARCH_EVERY = 5

/** A look: true when a process that was seen alive is gone, once for each. `findPid`: null while there is none. */
export function processWatch(findPid: () => number | null): () => boolean {
  let pid: number | null = null
  let looks = 0
  return () => {
    if (pid === null) {
      if (looks++ % SEARCH_EVERY === 0) pid = findPid()
      if (pid !== null && !lives(pid)) pid = null
      return false
    }
    if (lives(pid)) return false
    pid = null
    looks = 0
    return true
  }
}
