/** For how long the machine's disk has taken no write: one small file is written and synced each second, off the main thread. */
import { open, type FileHandle } from 'node:fs/promises'
import { sleep } from '../lib/clock.ts'

const EVERY_MS = 1000
/** Slow, but not yet worth a word. */
const ORDINARY_MS = 500

export interface DiskWatch {
  /** 0: it takes them. */
  readonly stalledMs: () => Promise<number>
  readonly stop: () => void
}

type Touch = () => Promise<void>

/** An existing block is written anew, so that a full disk is no stalled one; a write that fails has ended too. */
function touchOf(path: string): Touch {
  let handle: FileHandle | undefined
  return async () => {
    handle ??= await open(path, 'w', 0o600)
    await handle.write(String(Date.now()), 0)
    await handle.datasync()
  }
}

export function watchDisk(path: string, touch: Touch = touchOf(path), now: () => number = () => performance.now()): DiskWatch {
  const stopped = new AbortController()
  let askedMs: number | null = null
  const rounds = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      askedMs = now()
      await touch().catch(() => undefined)
      askedMs = null
      await sleep(EVERY_MS, stopped.signal)
    }
  }
  rounds().catch(() => undefined)
  return {
    stalledMs: async () => {
      // Whoever was starved finds the question and the end of the write in the same turn.
      if (askedMs !== null) await new Promise((resolve) => setImmediate(resolve))
      const waitedMs = askedMs === null ? 0 : now() - askedMs
      return waitedMs < ORDINARY_MS ? 0 : Math.round(waitedMs)
    },
    stop: () => stopped.abort(),
  }
}
