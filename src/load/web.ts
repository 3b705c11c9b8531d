/** HTTP requests to the stack's entry address, as any client would make them: pooled connections, a time-out, no retry. */
import { Agent, request, type Dispatcher } from 'undici'
import type { HttpResult } from './outcome.ts'

export interface WebTarget {
  /** `https://10.77.0.10` */
  readonly baseUrl: string
  /** The stack's root certificate, PEM; null for plain HTTP. */
  readonly ca: string | null
  /** False: it is asked by its address, and shows a certificate for a name. Left out: verified. */
  readonly verify?: boolean
}

export interface Web {
  readonly get: (path: string, timeoutMs: number) => Promise<HttpResult>
  /** The same on a connection of its own. */
  readonly getAnew: (path: string, timeoutMs: number) => Promise<HttpResult>
  readonly post: (path: string, body: unknown, timeoutMs: number) => Promise<HttpResult>
  readonly close: () => Promise<void>
}

const CONNECT_MS = 2000
// A server that lost power says nothing more. Whoever has its address by then answers this with a reset.
const KEEP_ALIVE_AFTER_MS = 1000

export function openWeb({ baseUrl, ca, verify = true }: WebTarget): Web {
  const open = (): Agent => new Agent({
    connect: { timeout: CONNECT_MS, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS, ...(ca === null ? {} : { ca, rejectUnauthorized: verify }) },
  })
  const pooled = open()
  const send = async (dispatcher: Dispatcher, method: 'GET' | 'POST', path: string, timeoutMs: number, body?: unknown): Promise<HttpResult> => {
    try {
      const answer = await request(`${baseUrl}${path}`, {
        dispatcher,
        method,
        signal: AbortSignal.timeout(timeoutMs),
        ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      })
      return { status: answer.statusCode, body: await answer.body.text() }
    } catch (error) {
      return { error }
    }
  }
  return {
    get: (path, timeoutMs) => send(pooled, 'GET', path, timeoutMs),
    getAnew: async (path, timeoutMs) => {
      const own = open()
      return send(own, 'GET', path, timeoutMs).finally(() => void own.destroy())
    },
    post: (path, body, timeoutMs) => send(pooled, 'POST', path, timeoutMs, body),
    close: () => pooled.destroy(),
  }
}
