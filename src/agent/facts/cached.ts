/** A fact that is expensive to gather is gathered at most once in a while, and by one at a time. */

/** `gather` is called when the last value is as old as `maxAgeMs` says, which is asked each time; a failure is answered with `fallback`. */
export function cached<T>(maxAgeMs: () => number, fallback: T, gather: () => Promise<T>, now: () => number = () => performance.now()): () => Promise<T> {
  let value = fallback
  let gatheredMs = -Infinity
  let underWay: Promise<T> | undefined
  return async () => {
    if (now() - gatheredMs < maxAgeMs()) return value
    underWay ??= gather()
      .catch(() => fallback)
      .then((fresh) => {
        value = fresh
        gatheredMs = now()
        underWay = undefined
        return fresh
      })
    return underWay
  }
}
