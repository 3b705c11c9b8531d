/** Waiting, with limits: no wait in Regrow is without a time-out. */
import { setTimeout as delay } from 'node:timers/promises'
import { OperationError } from './errors.ts'

export const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  delay(ms, undefined, signal === undefined ? {} : { signal }).then(() => undefined)

export interface WaitOptions {
  readonly timeoutMs: number
  readonly everyMs: number
  /** Finishes the sentence "gave up waiting for …". */
  readonly what: string
  readonly signal?: AbortSignal
}

/** Calls `attempt` until it returns something other than undefined; throws `OperationError` TIMEOUT, with the last error as cause. */
export async function waitFor<T>(attempt: () => Promise<T | undefined>, options: WaitOptions): Promise<T> {
  const deadline = Date.now() + options.timeoutMs
  let lastError: unknown
  for (;;) {
    try {
      const value = await attempt()
      if (value !== undefined) return value
    } catch (error) {
      lastError = error
    }
    options.signal?.throwIfAborted()
    if (Date.now() >= deadline) {
      throw new OperationError('TIMEOUT', `gave up waiting for ${options.what} after ${options.timeoutMs / 1000} s`, { cause: lastError })
    }
    await sleep(options.everyMs, options.signal)
  }
}

/** Milliseconds since the epoch by a clock that nobody sets: it may be off, but two readings are as far apart as they really were. */
export const steadyMs = (): number => performance.timeOrigin + performance.now()
