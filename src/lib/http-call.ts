/** What callers need of an HTTP client with mutual TLS, whichever library is behind it. */
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

/** One connection pool for one identity; `close` ends its sockets. Calls throw `OperationError` UNREACHABLE when no answer came. */
export interface MtlsClient {
  readonly call: (url: string, options: CallOptions) => Promise<HttpAnswer>
  readonly close: () => Promise<void>
}

/** Method, headers and body of a call. */
export function requestOf(options: CallOptions): { readonly method: NonNullable<CallOptions['method']>; readonly headers: Record<string, string>; readonly body: string | Buffer | null } {
  const body = options.json === undefined ? (options.body ?? null) : JSON.stringify(options.json)
  return {
    method: options.method ?? (body === null ? 'GET' : 'POST'),
    headers: {
      ...(options.json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(options.basicAuth === undefined ? {} : { authorization: `Basic ${Buffer.from(`${options.basicAuth.user}:${options.basicAuth.password}`).toString('base64')}` }),
    },
    body,
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
