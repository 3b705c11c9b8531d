/** Follows a stack from outside: its last status, all new events, every identity seen; a controller that is silent is no error here. */
import type { StackEvent, StackStatus } from '../controller/api.ts'
import type { Reason } from '../decide/reason.ts'
import { sleep } from '../lib/clock.ts'
import type { Identities } from './drill-replacements.ts'
import type { DrillStack } from './drill-stack.ts'

export interface StackWatch {
  /** The last answer, and when it came (wall clock). */
  readonly status: () => { readonly status: StackStatus; readonly atMs: number }
  /** Since the watch began, oldest first. */
  readonly events: () => readonly StackEvent[]
  /** What the controller gave as its first reason, at any time. */
  readonly reasons: () => ReadonlySet<Reason['code']>
  /** As agents say. */
  readonly incarnations: Identities
  /** As the provider says. */
  readonly machineIds: Identities
  readonly stop: () => Promise<void>
}

const STATUS_EVERY_MS = 300
const EVENTS_WAIT_MS = 2000
const RETRY_MS = 300

export async function watchStack(stack: DrillStack, onEvent: (event: StackEvent) => void): Promise<StackWatch> {
  let last = { status: await stack.status(), atMs: Date.now() }
  let number = (await stack.events(0, 0)).at(-1)?.number ?? 0
  const events: StackEvent[] = []
  const reasons = new Set<Reason['code']>()
  const incarnations = new Map<string, Set<string>>()
  const machineIds = new Map<string, Set<string>>()
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
      reasons.add(last.status.doing.reason.code)
      for (const { name, incarnation } of last.status.machines) note(incarnations, name, incarnation)
    }),
    untilStopped(STATUS_EVERY_MS, async () => {
      for (const [name, id] of await stack.machineIds()) note(machineIds, name, id)
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
    reasons: () => reasons,
    incarnations,
    machineIds,
    stop: async () => {
      stopped.abort()
      await polling
    },
  }
}

function note(identities: Map<string, Set<string>>, name: string, identity: string | null): void {
  if (identity === null) return
  const known = identities.get(name) ?? new Set()
  identities.set(name, known.add(identity))
}
