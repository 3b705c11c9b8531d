/** A fact that is expensive to gather is gathered at most once in a while, and by one at a time. */

/** `gather` is called when the last value is older than `maxAgeMs`; a failure is answered with `fallback`. */
export function cached<T>(maxAgeMs: number, fallback: T, gather: () => Promise<T>): () => Promise<T> {
  let value = fallback
  let gatheredMs = -Infinity
  let underWay: Promise<T> | undefined
  return async () => {
    if (performance.now() - gatheredMs < maxAgeMs) return value
    underWay ??= gather()
      .catch(() => fallback)
      .then((fresh) => {
        value = fresh
        gatheredMs = performance.now()
        underWay = undefined
        return fresh
      })
    return underWay
  }
}
