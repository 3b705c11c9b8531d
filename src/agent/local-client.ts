/** The agent's own way to the programs on its machine: Node's https client, a third of undici's memory, which is most of an agent's. */
import { Agent, request as httpsRequest } from 'node:https'
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { createSecureContext } from 'node:tls'
import { OperationError } from '../lib/errors.ts'
import { requestOf, type HttpAnswer, type MtlsClient, type TlsIdentity } from '../lib/http-call.ts'

/** Certificates and key are parsed once, not for each connection: Patroni closes its own after every answer. */
export function localClient(identity: TlsIdentity): MtlsClient {
  const agent = new Agent({ keepAlive: true, secureContext: createSecureContext(identity) })
  return {
    call: async (url, options) => {
      const { method, headers, body } = requestOf(options)
      const length = body === null ? {} : { 'content-length': Buffer.byteLength(body) }
      try {
        return await exchange((answer) => httpsRequest(url, { agent, method, headers: { ...headers, ...length } }, answer), body, options.timeoutMs)
      } catch (cause) {
        throw new OperationError('UNREACHABLE', `${url} gave no answer`, { cause })
      }
    },
    close: async () => agent.destroy(),
  }
}

/** The status of a `GET` in plain HTTP, on a connection of its own; throws when there is none in time. */
export async function plainStatus(url: string, timeoutMs: number): Promise<number> {
  return (await exchange((answer) => httpRequest(url, { agent: false, headers: { connection: 'close' } }, answer), null, timeoutMs)).status
}

function exchange(open: (onAnswer: (answer: IncomingMessage) => void) => ClientRequest, body: string | Buffer | null, timeoutMs: number): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const call = open((answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks) }))
      answer.once('error', reject)
    })
    const timer = setTimeout(() => call.destroy(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs)
    call.once('close', () => {
      clearTimeout(timer)
      reject(new Error('the connection was closed'))
    })
    call.on('error', reject)
    call.end(body ?? undefined)
  })
}
