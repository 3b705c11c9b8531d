/** HTTP clients that speak TLS with the stack's own CA and the caller's certificate. */
import { Agent, request } from 'undici'
import { OperationError } from './errors.ts'
import { requestOf, type CallOptions, type HttpAnswer, type MtlsClient, type TlsIdentity } from './http-call.ts'

export { callJson, type CallOptions, type HttpAnswer, type MtlsClient, type TlsIdentity } from './http-call.ts'

/**
 * `connectTimeoutMs` bounds TCP and TLS set-up. Calls throw `OperationError` UNREACHABLE when no answer came;
 * any HTTP status is an answer.
 */
export function mtlsClient(identity: TlsIdentity, connectTimeoutMs = 1000): MtlsClient {
  const dispatcher = new Agent({
    connect: { ...identity, timeout: connectTimeoutMs },
    keepAliveTimeout: 30_000,
    // A dead machine's pooled socket must not be handed out for long.
    keepAliveMaxTimeout: 60_000,
  })
  return {
    call: (url, options) => callOn(dispatcher, url, options),
    close: () => dispatcher.destroy(),
  }
}

/** A client that shows no certificate, only a bearer token; `ca` is all that it trusts. */
export function tokenClient(ca: string, token: string, connectTimeoutMs = 1000): MtlsClient {
  const dispatcher = new Agent({ connect: { ca, timeout: connectTimeoutMs } })
  return {
    call: (url, options) => callOn(dispatcher, url, options, { authorization: `Bearer ${token}` }),
    close: () => dispatcher.destroy(),
  }
}

async function callOn(dispatcher: Agent, url: string, options: CallOptions, more: Readonly<Record<string, string>> = {}): Promise<HttpAnswer> {
  try {
    return await within(options.timeoutMs, async (signal) => {
      const { method, headers, body } = requestOf(options)
      const answer = await request(url, { dispatcher, method, headers: { ...headers, ...more }, body, signal })
      return { status: answer.statusCode, body: Buffer.from(await answer.body.arrayBuffer()) }
    })
  } catch (cause) {
    throw new OperationError('UNREACHABLE', `${url} gave no answer`, { cause })
  }
}

/** undici hears of an abort only once it is connected (api-request.js: `abort` comes with onConnect), so the clock is ours. */
async function within<T>(timeoutMs: number, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const ending = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${timeoutMs} ms`))
      ending.abort()
    }, timeoutMs)
  })
  const answer = attempt(ending.signal)
  // When it is late its own end is of no interest any more.
  answer.catch(() => undefined)
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
