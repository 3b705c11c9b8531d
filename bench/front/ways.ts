/** By which ways the application is asked, and for what. */

/** `app`: one app machine itself. `apps`: both at once, half of the connections each. `vip`, `vip-tls`: by nginx at the entry address. */
export const WAYS = ['app', 'apps', 'vip', 'vip-tls'] as const
export type Way = (typeof WAYS)[number]

export const WAY_NAMES: Readonly<Record<Way, string>> = { app: 'one app machine', apps: 'both app machines', vip: 'VIP and nginx', 'vip-tls': 'the same, HTTPS' }

/** The first is answered from memory, the second by the database. */
export const PATHS = ['/healthz', '/accounts'] as const
export type Path = (typeof PATHS)[number]

/** What wrk measured. */
export interface Rate {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Answers other than 2xx and 3xx, and connections that failed or timed out. */
  readonly bad: number
}

/** Two at once; of the latencies the longer one. */
export const together = (rates: readonly Rate[]): Rate => ({
  perSecond: rates.reduce((sum, { perSecond }) => sum + perSecond, 0),
  p50Ms: Math.max(...rates.map(({ p50Ms }) => p50Ms)),
  p99Ms: Math.max(...rates.map(({ p99Ms }) => p99Ms)),
  bad: rates.reduce((sum, { bad }) => sum + bad, 0),
})
