/** Sends at a steady rate, whether or not earlier requests have come back: a slow server must not slow its own measurement. */
import { sleep } from '../lib/clock.ts'

const TICK_MS = 5
// After a stall of our own process we don't send all that was missed at once.
const BURST_MAX = 5

/** Calls `send` about `perSecond` times a second until the signal; resolves when all that was sent has ended. */
export async function keepPace(perSecond: number, signal: AbortSignal, send: (number: number) => Promise<void>): Promise<void> {
  const everyMs = 1000 / perSecond
  const open = new Set<Promise<void>>()
  let nextMs = performance.now()
  let number = 0
  while (!signal.aborted) {
    for (let burst = 0; burst < BURST_MAX && performance.now() >= nextMs; burst += 1) {
      const sent: Promise<void> = send(number).finally(() => open.delete(sent))
      open.add(sent)
      number += 1
      nextMs += everyMs
    }
    nextMs = Math.max(nextMs, performance.now() - everyMs)
    await sleep(TICK_MS, signal).catch(() => undefined)
  }
  await Promise.all(open)
}

/** Calls `send` one at a time, at most `perSecond` times a second, until the signal. `offset`, 0 to 1, spreads several of them over the interval. */
export async function takeTurns(perSecond: number, offset: number, signal: AbortSignal, send: (number: number) => Promise<void>): Promise<void> {
  const everyMs = 1000 / perSecond
  await sleep(everyMs * offset, signal).catch(() => undefined)
  for (let number = 0; !signal.aborted; number += 1) {
    const begunMs = performance.now()
    await send(number)
    const leftMs = begunMs + everyMs - performance.now()
    if (leftMs > 0) await sleep(leftMs, signal).catch(() => undefined)
  }
}
