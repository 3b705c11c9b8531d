/** HTTP clients that speak TLS with the stack's own CA and the caller's certificate. */
import { Agent, request } from 'undici'
import { OperationError } from './errors.ts'

export interface TlsIdentity {
  /** Root certificate, PEM. */
  readonly ca: string
  /** Certificate chain, leaf first, PEM. */
  readonly cert: string
  readonly key: string
}

export interface HttpAnswer {
  readonly status: number
  readonly body: Buffer
}

export interface CallOptions {
  readonly method?: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE' | 'HEAD'
  readonly json?: unknown
  readonly body?: Buffer
  readonly basicAuth?: { readonly user: string; readonly password: string }
  readonly timeoutMs: number
}

/** One connection pool for one identity; `close` ends its sockets. */
export interface MtlsClient {
  readonly call: (url: string, options: CallOptions) => Promise<HttpAnswer>
  readonly close: () => Promise<void>
}

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

async function callOn(dispatcher: Agent, url: string, options: CallOptions): Promise<HttpAnswer> {
  const body = options.json === undefined ? (options.body ?? null) : JSON.stringify(options.json)
  try {
    const answer = await request(url, {
      dispatcher,
      method: options.method ?? (body === null ? 'GET' : 'POST'),
      headers: {
        ...(options.json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(options.basicAuth === undefined ? {} : { authorization: `Basic ${Buffer.from(`${options.basicAuth.user}:${options.basicAuth.password}`).toString('base64')}` }),
      },
      body,
      signal: AbortSignal.timeout(options.timeoutMs),
    })
    return { status: answer.statusCode, body: Buffer.from(await answer.body.arrayBuffer()) }
  } catch (cause) {
    throw new OperationError('UNREACHABLE', `${url} gave no answer`, { cause })
  }
}

/** The parsed body of a 2xx answer; `OperationError` HTTP_<status> otherwise. */
export async function callJson<T>(client: MtlsClient, url: string, options: CallOptions): Promise<T> {
  const answer = await client.call(url, options)
  if (answer.status < 200 || answer.status > 299) {
    throw new OperationError(`HTTP_${answer.status}`, `${url} answered ${answer.status}`, { stderr: answer.body.toString().slice(0, 2000) })
  }
  return (answer.body.length === 0 ? undefined : JSON.parse(answer.body.toString())) as T
}
