/** A token bucket for each source: `perMinute` in the long run, `burst` at once. */

export interface RateLimit {
  /** 0 when the request may pass, which it then counts for; otherwise how many seconds to wait. */
  readonly take: (source: string) => number
}

/** `now` is a clock in milliseconds. Sources are a few fixed names: nothing is ever forgotten. */
export function rateLimit(perMinute: number, burst: number, now: () => number): RateLimit {
  // Counted in time, which is whole: a request costs so many milliseconds, and each that passes earns one.
  const costMs = 60_000 / perMinute
  const buckets = new Map<string, { readonly creditMs: number; readonly atMs: number }>()
  return {
    take: (source) => {
      const atMs = now()
      const before = buckets.get(source) ?? { creditMs: burst * costMs, atMs }
      // A clock that was set back gives nothing and takes nothing.
      const creditMs = Math.min(burst * costMs, before.creditMs + Math.max(0, atMs - before.atMs))
      const passes = creditMs >= costMs
      buckets.set(source, { creditMs: passes ? creditMs - costMs : creditMs, atMs })
      return passes ? 0 : Math.ceil((costMs - creditMs) / 1000)
    },
  }
}
