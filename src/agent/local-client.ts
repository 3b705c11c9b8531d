/** The agent's own way to the programs on its machine: a connection to each of them that stays open, and next to no code for each call. */
import { connect as connectPlain } from 'node:net'
import { connect as connectTls, createSecureContext } from 'node:tls'
import { createAsker, type Asker } from '../lib/asker.ts'
import { OperationError } from '../lib/errors.ts'
import { requestOf, type CallOptions, type HttpAnswer, type MtlsClient, type TlsIdentity } from '../lib/http-call.ts'

/** So that a server that takes no more connections is noticed within so many questions. */
const RENEW_AFTER = 20

/**
 * Certificates and key are parsed once, and sessions taken up again: Patroni closes its connections after every answer. For calls that may be
 * repeated: one whose connection is closed at the moment of the question is.
 */
export function localClient(identity: TlsIdentity): MtlsClient {
  const secureContext = createSecureContext(identity)
  const sessions = new Map<string, Buffer>()
  const askers = new Map<string, Asker>()
  const open = (host: string, port: number): Asker => createAsker(() => {
    const session = sessions.get(`${host}:${port}`)
    const socket = connectTls({ host, port, secureContext, ALPNProtocols: ['http/1.1'], ...(session === undefined ? {} : { session }) })
    return socket.on('session', (fresh: Buffer) => sessions.set(`${host}:${port}`, fresh))
  })
  /** While a call has no answer yet, the next one doesn't wait for it: it has a connection of its own. */
  const ask = async (host: string, port: number, request: string, timeoutMs: number): Promise<HttpAnswer> => {
    const kept = askers.get(`${host}:${port}`) ?? open(host, port)
    askers.set(`${host}:${port}`, kept)
    if (!kept.isBusy()) return kept.ask(request, timeoutMs)
    const another = open(host, port)
    return another.ask(request, timeoutMs).finally(another.close)
  }
  return {
    call: async (url, options) => {
      const { hostname, port, pathname, search } = new URL(url)
      try {
        return await ask(hostname, Number(port), requestText(`${hostname}:${port}`, pathname + search, options), options.timeoutMs)
      } catch (cause) {
        throw new OperationError('UNREACHABLE', `${url} gave no answer`, { cause })
      }
    },
    close: async () => askers.forEach((asker) => asker.close()),
  }
}

function requestText(host: string, target: string, options: CallOptions): string {
  const { method, headers, body } = requestOf(options)
  const bytes = body === null ? '' : Buffer.from(body).toString('latin1')
  const lines = Object.entries({ host, ...headers, ...(body === null ? {} : { 'content-length': String(bytes.length) }) })
  return `${method} ${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${bytes}`
}

export interface StatusAsker {
  /** The status of a `GET`; 0 when there is none in time. */
  readonly status: (timeoutMs: number) => Promise<number>
  readonly close: () => void
}

/** Asks a release for `path` in plain HTTP. */
export function statusAsker(address: string, port: number, path: string, renewAfter = RENEW_AFTER): StatusAsker {
  const asker = createAsker(() => connectPlain({ host: address, port }), renewAfter)
  const request = `GET ${path} HTTP/1.1\r\nhost: ${address}:${port}\r\n\r\n`
  return {
    status: (timeoutMs) => asker.ask(request, timeoutMs).then(({ status }) => status, () => 0),
    close: asker.close,
  }
}

export const isGood = (status: number): boolean => status >= 200 && status < 300
