/** A link that comes and goes: the rhythm of a bad cable or a port that negotiates over and over. */
import { sleep } from '../src/lib/clock.ts'

export interface Rhythm {
  readonly times: number
  readonly downMs: number
  readonly upMs: number
}

/** Ends with the link up, after `times` rounds or when `signal` is aborted, whichever is first; never rejects. */
export async function flapLink({ times, downMs, upMs }: Rhythm, turn: (state: 'up' | 'down') => Promise<void>, signal: AbortSignal): Promise<void> {
  for (let round = 0; round < times && !signal.aborted; round++) {
    await turn('down')
    await sleep(downMs, signal).catch(() => undefined)
    await turn('up')
    await sleep(upMs, signal).catch(() => undefined)
  }
}
