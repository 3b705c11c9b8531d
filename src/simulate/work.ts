/** What takes time: a generator that yields how long its next step takes. It goes on only while its process lives and runs. */
import { hostOf, type Sim } from './model.ts'
import type { Host } from './host.ts'

/** Yields milliseconds. */
export type Work<T = void> = Generator<number, T, void>

/** An attempt failed, as they do. */
export class AttemptFailed extends Error {}

/** `done` is not called when the process dies on the way: nobody is left to tell. */
export function start(sim: Sim, host: Host, isAlive: () => boolean, work: Work, done: (error: AttemptFailed | null) => void): void {
  const step = (): void => {
    if (!isAlive() || hostOf(sim, host.name) !== host || !host.power) return
    if (host.freeze !== null) {
      host.parked.push(step)
      return
    }
    let delayMs: number | null = null
    try {
      const next = work.next()
      delayMs = next.done === true ? null : next.value
    } catch (error) {
      if (!(error instanceof AttemptFailed)) throw error
      done(error)
      sim.changed()
      return
    }
    if (delayMs === null) done(null)
    else sim.after(delayMs, step)
    sim.changed()
  }
  step()
}
