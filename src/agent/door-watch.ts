/** On a database machine: for how long the engine has answered no new connection; asked seldom, for each question is a process there. */
import type { Knock } from '../engines/observer.ts'
import { sleep } from '../lib/clock.ts'

const EVERY_MS = 2000
/** After a question that nobody answered. */
const AGAIN_MS = 500
const TIMEOUT_MS = 1000
/** A time-out that comes this much too late shows that the agent itself was starved. */
const STARVED_MS = 250

export interface Door {
  readonly knock: Knock
  /** When the first question was asked that nobody has answered, nor any after it. */
  readonly deafSinceMs: number | null
}

export interface Knocked {
  readonly knock: Knock
  readonly askedMs: number
  readonly endedMs: number
}

export const UNASKED: Door = { knock: 'absent', deafSinceMs: null }

/** What is known after one more question; pure. */
export function judgeDoor(before: Door, { knock, askedMs, endedMs }: Knocked): Door {
  if (knock === 'silent' && endedMs - askedMs > TIMEOUT_MS + STARVED_MS) return before
  return { knock, deafSinceMs: knock === 'silent' ? (before.deafSinceMs ?? askedMs) : null }
}

/** 0: it answers. Null: there is no engine just now. */
export const deafMs = ({ knock, deafSinceMs }: Door, nowMs: number): number | null =>
  (knock === 'absent' ? null : deafSinceMs === null ? 0 : Math.round(nowMs - deafSinceMs))

export interface DoorWatch {
  readonly deafMs: () => number | null
  readonly stop: () => void
}

export function watchDoor(knock: (timeoutMs: number) => Promise<Knock>): DoorWatch {
  const stopped = new AbortController()
  let door = UNASKED
  const rounds = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const askedMs = performance.now()
      door = judgeDoor(door, { knock: await knock(TIMEOUT_MS), askedMs, endedMs: performance.now() })
      await sleep(door.knock === 'silent' ? AGAIN_MS : EVERY_MS, stopped.signal)
    }
  }
  rounds().catch(() => undefined)
  return { deafMs: () => deafMs(door, performance.now()), stop: () => stopped.abort() }
}
