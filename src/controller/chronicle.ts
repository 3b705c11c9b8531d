/** While a controller acts: folds the diary into incidents, keeps them in etcd, and has people told. Never in the loop's way. */
import { errorFields, type Log } from '../lib/log.ts'
import { sleep } from '../lib/clock.ts'
import { fold, resume } from '../incidents/fold.ts'
import type { Book, Incident } from '../incidents/incident.ts'
import { startNotifier, type NotifyCounts } from './notifier.ts'
import type { Delivered, StackEvent } from './api.ts'
import type { Blueprint } from './blueprint.ts'
import type { Diary } from './events.ts'
import type { Store, Term } from './store.ts'

export interface Chronicle {
  /** Oldest first. */
  readonly incidents: () => readonly Incident[]
  /** Sends a test message through each channel. */
  readonly testChannels: () => Promise<readonly Delivered[]>
  readonly stop: () => void
}

export interface ChronicleParts {
  readonly store: Store
  readonly term: () => Term | null
  readonly diary: Diary
  /** Null until a desired state is known. */
  readonly blueprint: () => Blueprint | null
  /** Told of each event that this controller writes. */
  readonly counted: (event: StackEvent) => void
  readonly delivered: NotifyCounts
  readonly log: Log
}

const WAIT_MS = 5000
const RETRY_MS = 1000

/** Call it before anything is written to the diary: what the diary has then is what earlier controllers wrote. */
export function startChronicle(parts: ChronicleParts): Chronicle {
  const inherited = parts.diary.after(0)
  const unsaved = new Map<number, Incident>()
  let book: Book = { incidents: [], leader: null, change: null, lastEvent: 0 }
  let stopped = false

  const advance = (next: Book): void => {
    const before = new Map(book.incidents.map((incident) => [incident.number, incident]))
    for (const incident of next.incidents) if (before.get(incident.number) !== incident) unsaved.set(incident.number, incident)
    book = next
  }
  const save = async (term: Term): Promise<void> => {
    for (const [number, incident] of unsaved) {
      await parts.store.saveIncident(term, incident)
      if (unsaved.get(number) === incident) unsaved.delete(number)
    }
  }
  const begin = async (): Promise<void> => {
    const kept = await parts.store.incidents()
    book = { ...book, incidents: kept }
    advance(resume(kept, inherited))
  }
  const round = async (): Promise<void> => {
    await parts.diary.wait(book.lastEvent, WAIT_MS)
    const events = parts.diary.after(book.lastEvent)
    events.forEach(parts.counted)
    advance(events.reduce(fold, book))
    const term = parts.term()
    if (term !== null) await save(term)
  }
  const run = async (): Promise<void> => {
    let begun = false
    while (!stopped) {
      try {
        if (!begun) await begin()
        begun = true
        await round()
      } catch (error) {
        parts.log('warn', 'the incidents could not be kept now', errorFields(error))
        await sleep(RETRY_MS)
      }
    }
  }
  const notifier = startNotifier({ ...parts, incidents: () => book.incidents })
  void run()
  return {
    incidents: () => book.incidents,
    testChannels: notifier.test,
    stop: () => {
      stopped = true
      notifier.stop()
    },
  }
}
