/** One HTTP request and its whole answer, on undici's own events: its streams and signals cost more than a small answer does. */
import type { Dispatcher } from 'undici'
import { requestOf, type CallOptions, type HttpAnswer } from './http-call.ts'

/**
 * `more` are headers beside those of the call. Rejects when there is no whole answer within `timeoutMs`. The clock is ours: undici lets a request be aborted only once
 * it is on a connection, and until then a dead machine would hold it.
 */
export function exchange(dispatcher: Dispatcher, url: string, options: CallOptions, more: Readonly<Record<string, string>> = {}): Promise<HttpAnswer> {
  const { method, headers, body } = requestOf(options)
  const { origin, pathname, search } = new URL(url)
  return new Promise((resolve, reject) => {
    let abort: ((reason: Error) => void) | undefined
    let late: Error | undefined
    let status = 0
    const chunks: Buffer[] = []
    const timer = setTimeout(() => {
      late = new Error(`no answer within ${options.timeoutMs} ms`)
      reject(late)
      abort?.(late)
    }, options.timeoutMs)
    dispatcher.dispatch({ origin, path: `${pathname}${search}`, method, headers: { ...headers, ...more }, body }, {
      onRequestStart: (controller) => {
        abort = (reason) => controller.abort(reason)
        if (late !== undefined) controller.abort(late)
      },
      onResponseStart: (_controller, code) => {
        status = code
      },
      onResponseData: (_controller, chunk) => {
        chunks.push(chunk)
      },
      onResponseEnd: () => {
        clearTimeout(timer)
        const [only] = chunks
        resolve({ status, body: chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks) })
      },
      onResponseError: (_controller, error) => {
        clearTimeout(timer)
        reject(error)
      },
    })
  })
}
