/** Pure: how long a machine's answers took in the last seconds. */
const KEPT_MS = 6000

export type Delays = readonly { readonly atMs: number; readonly tookMs: number }[]

/** `atMs` by the steady clock; older ones are forgotten. */
export const withDelay = (delays: Delays, latest: Delays[number]): Delays => [...delays.filter(({ atMs }) => latest.atMs - atMs < KEPT_MS), latest]

/** In milliseconds; 0 while there was none. */
export const slowest = (delays: Delays): number => Math.max(0, ...delays.map(({ tookMs }) => tookMs))
