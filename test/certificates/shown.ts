/** What a browser would see: certificates by handshakes, answers by name, and a client that never stops asking. */
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { connect } from 'node:tls'
import { describeX509, type PublicCertificate } from '../../src/certificates/certificate.ts'

/** Patient: the question here is what is answered, and not how fast. */
const TIMEOUT_MS = 15_000

/** Whatever is shown, trusted or not. */
export const shownAt = (address: string, name: string): Promise<PublicCertificate> => new Promise((resolve, reject) => {
  const socket = connect({ host: address, port: 443, servername: name, rejectUnauthorized: false, timeout: TIMEOUT_MS }, () => {
    const certificate = socket.getPeerX509Certificate()
    socket.destroy()
    if (certificate === undefined) reject(new Error(`${address} shows no certificate`))
    else resolve(describeX509(certificate))
  })
  socket.once('timeout', () => socket.destroy(new Error(`${address} does not answer`)))
  socket.once('error', reject)
})

export interface Answer {
  readonly status: number
  readonly location: string | undefined
  readonly entry: string | undefined
  readonly body: string
}

export const httpAt = (address: string, name: string, path: string, method = 'GET'): Promise<Answer> =>
  answerOf(requestHttp({ host: address, path, method, headers: { host: name }, agent: false, timeout: TIMEOUT_MS }))

/** As a browser that trusts `rootPem` only. */
export const httpsAt = (address: string, name: string, path: string, rootPem: string): Promise<Answer> =>
  answerOf(requestHttps({ host: address, servername: name, path, headers: { host: name }, ca: rootPem, timeout: TIMEOUT_MS, agent: false }))

const answerOf = (asked: ReturnType<typeof requestHttp>): Promise<Answer> => new Promise((resolve, reject) => {
  asked.once('timeout', () => asked.destroy(new Error('no answer in time')))
  asked.once('error', reject)
  asked.once('response', (answer) => {
    let body = ''
    answer.setEncoding('utf8')
    answer.on('data', (chunk: string) => {
      body += chunk
    })
    answer.once('end', () => resolve({ status: answer.statusCode ?? 0, location: answer.headers.location, entry: String(answer.headers['x-regrow-entry'] ?? ''), body }))
    answer.once('error', reject)
  })
  asked.end()
})

export interface Asking {
  readonly stop: () => Promise<{ readonly asked: number; readonly failures: readonly string[] }>
}

/** One new TLS connection after the other, each verified. */
export function keepAsking(address: string, name: string, path: string, rootPem: string): Asking {
  let asked = 0
  let stopped = false
  const failures: string[] = []
  const rounds = async (): Promise<void> => {
    while (!stopped) {
      asked++
      const answer = await httpsAt(address, name, path, rootPem).catch((error: unknown) => String(error))
      if (typeof answer === 'string' || answer.status !== 200) failures.push(typeof answer === 'string' ? answer : `${answer.status}`)
      await new Promise((resolve) => {
        setTimeout(resolve, 10)
      })
    }
  }
  const done = Promise.all([rounds(), rounds()])
  return {
    stop: async () => {
      stopped = true
      await done
      return { asked, failures }
    },
  }
}
