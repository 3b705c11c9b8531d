/** The stack's diary: numbered events, kept in etcd, that people and drills read. */
import type { StackEvent } from './api.ts'
import type { Log } from '../lib/log.ts'
import { errorFields } from '../lib/log.ts'
import type { Store, Term } from './store.ts'

export interface Diary {
  readonly write: (kind: StackEvent['kind'], machine: string | null, text: string, more?: Pick<StackEvent, 'needsHuman' | 'evidence'>) => void
  readonly after: (number: number) => readonly StackEvent[]
  /** Resolves when an event after `number` exists, or after `waitMs`. */
  readonly wait: (number: number, waitMs: number) => Promise<void>
}

const KEPT = 2000

/** `load` the store's events first: numbers go on from the last one, whichever controller wrote it. */
export async function openDiary(store: Store, term: () => Term | null, log: Log): Promise<Diary> {
  const events = [...(await store.events(0))]
  const waiting = new Set<() => void>()
  let writes = Promise.resolve()
  return {
    write: (kind, machine, text, more = {}) => {
      const event: StackEvent = { number: (events.at(-1)?.number ?? 0) + 1, atMs: Date.now(), kind, machine, text, ...more }
      events.push(event)
      if (events.length > KEPT) events.shift()
      log('info', text, { event: kind, ...(machine === null ? {} : { machine }) })
      for (const wake of waiting) wake()
      writes = writes.then(async () => {
        const held = term()
        if (held !== null) await store.saveEvent(held, event)
      }).catch((error: unknown) => log('warn', 'an event could not be kept', errorFields(error)))
    },
    after: (number) => events.filter((event) => event.number > number),
    wait: (number, waitMs) => {
      if ((events.at(-1)?.number ?? 0) > number) return Promise.resolve()
      return new Promise((resolve) => {
        const finish = (): void => {
          waiting.delete(finish)
          clearTimeout(timer)
          resolve()
        }
        const timer = setTimeout(finish, waitMs)
        waiting.add(finish)
      })
    },
  }
}
