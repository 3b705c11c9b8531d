/** The controller's order to leave the entry address to another machine. It ends when that machine is in reach again, or with its time. */
import type { StandDownOrder } from '../api.ts'
import { probe } from '../probe.ts'

const LOOK_EVERY_MS = 500
const LOOK_TIMEOUT_MS = 300
/** For so long the others must have been in reach: their advertisements come through again. */
const REACHED_MS = 3000
export const ORDER_MAX_MS = 120_000

export interface StandOrders {
  readonly take: (order: StandDownOrder) => void
  /** What is left of the order; 0: there is none. */
  readonly leftMs: () => number
  readonly stop: () => void
}

export function standOrders(): StandOrders {
  let untilMs = 0
  let reachedSinceMs: number | null = null
  let timer: NodeJS.Timeout | undefined
  const end = (): void => {
    clearInterval(timer)
    timer = undefined
    untilMs = 0
  }
  const look = async (peers: readonly string[]): Promise<void> => {
    const outcomes = await Promise.all(peers.map((address) => probe({ address, timeoutMs: LOOK_TIMEOUT_MS, port: 'pulse' })))
    if (outcomes.some(({ outcome }) => outcome === 'silent')) reachedSinceMs = null
    else reachedSinceMs ??= performance.now()
    if (performance.now() > untilMs || (reachedSinceMs !== null && performance.now() - reachedSinceMs > REACHED_MS)) end()
  }
  return {
    take: ({ forMs, peers }) => {
      end()
      if (forMs <= 0) return
      untilMs = performance.now() + Math.min(forMs, ORDER_MAX_MS)
      reachedSinceMs = null
      timer = setInterval(() => void look(peers), LOOK_EVERY_MS)
    },
    leftMs: () => Math.max(0, Math.round(untilMs - performance.now())),
    stop: end,
  }
}
