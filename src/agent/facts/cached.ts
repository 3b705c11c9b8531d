/** A fact that is expensive to gather is gathered at most once in a while, by one at a time, and without keeping the one who asks waiting. */
/** Whoever polls gives up after 600 ms (observe/watcher.ts): one program that gives no answer must not make its whole machine look silent. */
const PATIENCE_MS = 250
/** What was known that long ago is known no more. */
const STALE_MS = 3000

/** What comes within a quarter of a second, or what `instead` says. */
export function inTime<T>(wanted: Promise<T>, instead: () => T): Promise<T> {
  // A timer that is cleared costs a twentieth of a signal that is aborted: that makes an error, with a stack.
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(instead()), PATIENCE_MS)
    wanted.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

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
    return inTime(underWay, () => (now() - gatheredMs < STALE_MS ? value : fallback))
  }
}
