/** Follows a stack from outside: its last status and all new events; a controller that is silent is no error here. */
import type { StackEvent, StackStatus } from '../controller/api.ts'
import { sleep } from '../lib/clock.ts'
import type { DrillStack } from './drill-stack.ts'

export interface StackWatch {
  /** The last answer, and when it came (wall clock). */
  readonly status: () => { readonly status: StackStatus; readonly atMs: number }
  /** Since the watch began, oldest first. */
  readonly events: () => readonly StackEvent[]
  readonly stop: () => Promise<void>
}

const STATUS_EVERY_MS = 300
const EVENTS_WAIT_MS = 2000
const RETRY_MS = 300

export async function watchStack(stack: DrillStack, onEvent: (event: StackEvent) => void): Promise<StackWatch> {
  let last = { status: await stack.status(), atMs: Date.now() }
  let number = (await stack.events(0, 0)).at(-1)?.number ?? 0
  const events: StackEvent[] = []
  const stopped = new AbortController()
  const untilStopped = async (everyMs: number, work: () => Promise<void>): Promise<void> => {
    while (!stopped.signal.aborted) {
      const failed = await work().then(() => false, () => true)
      await sleep(failed ? RETRY_MS : everyMs, stopped.signal).catch(() => undefined)
    }
  }
  const polling = Promise.all([
    untilStopped(STATUS_EVERY_MS, async () => {
      last = { status: await stack.status(), atMs: Date.now() }
    }),
    untilStopped(0, async () => {
      for (const event of await stack.events(number, EVENTS_WAIT_MS)) {
        number = event.number
        events.push(event)
        if (!stopped.signal.aborted) onEvent(event)
      }
    }),
  ])
  return {
    status: () => last,
    events: () => events,
    stop: async () => {
      stopped.abort()
      await polling
    },
  }
}
