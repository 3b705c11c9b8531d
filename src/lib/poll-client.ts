/** An HTTP client for one small GET after the other to each of very many agents: it keeps as little as TLS allows for each. */
import { createSecureContext } from 'node:tls'
import { OperationError } from './errors.ts'
import type { CallOptions, HttpAnswer, MtlsClient, TlsIdentity } from './http-call.ts'
import { PollLine } from './poll-line.ts'

/** Only calls without a body. They throw `OperationError` UNREACHABLE when no answer came; any HTTP status is an answer. `connectTimeoutMs` bounds TCP and TLS set-up. */
export function pollClient(identity: TlsIdentity, connectTimeoutMs = 1000): MtlsClient {
  const secureContext = createSecureContext({ ca: identity.ca, cert: identity.cert, key: identity.key })
  const lines = new Map<string, PollLine>()

  const lineTo = (url: URL): PollLine => {
    const before = lines.get(url.host)
    if (before?.free === true) return before
    before?.close(new Error('another call took its place'))
    const line = new PollLine({ host: url.hostname, port: Number(url.port), secureContext, connectTimeoutMs, onEnd: () => lines.get(url.host) === line && lines.delete(url.host) })
    lines.set(url.host, line)
    return line
  }
  const get = async (href: string, { method = 'GET', json, body, timeoutMs }: CallOptions): Promise<HttpAnswer> => {
    const url = new URL(href)
    if (method !== 'GET' || json !== undefined || body !== undefined) throw new Error('polls only ask')
    return lineTo(url).get(`${url.pathname}${url.search}`, timeoutMs)
  }
  return {
    call: (url, options) => get(url, options).catch((cause: unknown) => {
      throw new OperationError('UNREACHABLE', `${url} gave no answer`, { cause })
    }),
    close: async () => lines.forEach((line) => line.close(new Error('the client is closed'))),
  }
}
