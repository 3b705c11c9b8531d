/** Whether a machine's kernel is alive, ten times a second: a port where nobody listens is refused at once, by the kernel alone. */
import { connect } from 'node:net'
import { PORTS } from '../plan/types.ts'

const EVERY_MS = 100
/** On the stack's own network an answer takes a millisecond; what comes later than this still counts, once it is here. */
const LATE_MS = 150
const GIVE_UP_MS = 1000

export interface Pulse {
  /** When the first question was asked that nobody has answered, nor any after it; null: it lives. */
  readonly quietSinceMs: () => number | null
  readonly stop: () => void
}

/** `onQuiet` is called when the machine falls quiet. */
export function takePulse(address: string, onQuiet: () => void, port: number = PORTS.pulse): Pulse {
  let answeredMs = 0
  let quietSinceMs: number | null = null
  const answered = (askedMs: number): void => {
    answeredMs = Math.max(answeredMs, askedMs)
    if (quietSinceMs !== null && quietSinceMs <= askedMs) quietSinceMs = null
  }
  const missed = (askedMs: number): void => {
    if (quietSinceMs !== null || askedMs <= answeredMs) return
    quietSinceMs = askedMs
    onQuiet()
  }
  const timer = setInterval(() => ask(address, port, answered, missed), EVERY_MS)
  return { quietSinceMs: () => quietSinceMs, stop: () => clearInterval(timer) }
}

type Told = (askedMs: number) => void

function ask(address: string, port: number, answered: Told, missed: Told): void {
  const askedMs = Date.now()
  const socket = connect({ host: address, port })
  const end = (): void => {
    clearTimeout(late)
    clearTimeout(giveUp)
    socket.destroy()
  }
  const alive = (): void => {
    answered(askedMs)
    end()
  }
  // A process that was starved finds its timers due and the answer waiting in the same turn: the answer is looked at first.
  const late = setTimeout(() => setImmediate(() => { if (!socket.destroyed) missed(askedMs) }), LATE_MS)
  const giveUp = setTimeout(end, GIVE_UP_MS)
  socket.once('connect', alive)
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED') return alive()
    end()
    missed(askedMs)
  })
}
