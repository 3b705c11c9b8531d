/** HTTP clients that speak TLS with the stack's own CA and the caller's certificate. */
import { createSecureContext } from 'node:tls'
import { Agent } from 'undici'
import { OperationError } from './errors.ts'
import { exchange } from './exchange.ts'
import type { CallOptions, HttpAnswer, MtlsClient, TlsIdentity } from './http-call.ts'

export { callJson, type CallOptions, type HttpAnswer, type MtlsClient, type TlsIdentity } from './http-call.ts'

export interface MtlsOptions {
  /** Bounds TCP and TLS set-up. */
  readonly connectTimeoutMs?: number
}

/** Calls throw `OperationError` UNREACHABLE when no answer came; any HTTP status is an answer. */
export function mtlsClient(identity: TlsIdentity, { connectTimeoutMs = 1000 }: MtlsOptions = {}): MtlsClient {
  // One context for all connections: each would otherwise parse and keep the certificates for itself.
  const secureContext = createSecureContext({ ca: identity.ca, cert: identity.cert, key: identity.key })
  const dispatcher = new Agent({
    connect: { secureContext, timeout: connectTimeoutMs },
    keepAliveTimeout: 30_000,
    // A dead machine's pooled socket must not be handed out for long.
    keepAliveMaxTimeout: 60_000,
    // Every call has a clock of its own.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  return {
    call: (url, options) => callOn(dispatcher, url, options),
    close: () => dispatcher.destroy(),
  }
}

/** A client that shows no certificate, only a bearer token; `ca` is all that it trusts. */
export function tokenClient(ca: string, token: string, connectTimeoutMs = 1000): MtlsClient {
  const dispatcher = new Agent({ connect: { ca, timeout: connectTimeoutMs }, headersTimeout: 0, bodyTimeout: 0 })
  return {
    call: (url, options) => callOn(dispatcher, url, options, { authorization: `Bearer ${token}` }),
    close: () => dispatcher.destroy(),
  }
}

const callOn = (dispatcher: Agent, url: string, options: CallOptions, more?: Readonly<Record<string, string>>): Promise<HttpAnswer> =>
  exchange(dispatcher, url, options, more).catch((cause: unknown) => {
    throw new OperationError('UNREACHABLE', `${url} gave no answer`, { cause })
  })
