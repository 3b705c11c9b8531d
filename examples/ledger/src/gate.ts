/** One question for all: while the database is away a single probe asks for it, and everybody else waits for that. */
import { setTimeout as delay } from 'node:timers/promises'

export interface Gate {
  /** Resolves when there is no reason to believe that the database is away; false when that took longer than `limitMs`. */
  readonly pass: (limitMs: number) => Promise<boolean>
  /** A connection has failed: nobody passes until the probe has succeeded. */
  readonly shut: () => void
  readonly stop: () => void
}

const PROBE_EVERY_MS = 150

/**
 * Without it each waiting request would log in again and again, and logins are what costs a pooler most: a thousand
 * of them a second would starve the machine in the very moment in which it should recover.
 */
export function openGate(probe: () => Promise<unknown>): Gate {
  let recovering: Promise<void> | null = null
  let stopped = false

  const recover = async (): Promise<void> => {
    while (!stopped) {
      await delay(PROBE_EVERY_MS)
      if (await probe().then(() => true, () => false)) return
    }
  }
  return {
    pass: async (limitMs) => {
      if (recovering === null) return true
      const timer = new AbortController()
      const late = delay(limitMs, false, { signal: timer.signal }).catch(() => false)
      const passed = await Promise.race([recovering.then(() => true), late])
      timer.abort()
      return passed
    },
    shut: () => {
      recovering ??= recover().finally(() => {
        recovering = null
      })
    },
    stop: () => {
      stopped = true
    },
  }
}
