/** Asks the databases once a second whether they are there, so that /healthz can answer at once. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from './database.ts'

export type Presence = 'here' | 'away'

export interface PresenceWatch {
  readonly now: () => Presence
  readonly stop: () => Promise<void>
}

const EVERY_MS = 1000
const LIMIT_MS = 1000

export function watchPresence(database: Database): PresenceWatch {
  let presence: Presence = 'away'
  const stopped = new AbortController()
  const loop = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      presence = await ask(database)
      await delay(EVERY_MS, undefined, { signal: stopped.signal }).catch(() => undefined)
    }
  }
  const running = loop()
  return {
    now: () => presence,
    stop: () => {
      stopped.abort()
      return running
    },
  }
}

const ask = (database: Database): Promise<Presence> =>
  database.transaction(LIMIT_MS, (query) => query('select 1')).then(
    () => 'here' as const,
    () => 'away' as const,
  )
