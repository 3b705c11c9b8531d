/** Orders one certificate and ends: what that takes (an ACME client, X.509) would stay in a controller's memory for its life. */
import { Agent } from 'node:https'
import { createInterface } from 'node:readline'
import { rootCertificates } from 'node:tls'
import * as acme from 'acme-client'
import { OperationError } from '../lib/errors.ts'
import type { AcmeFailure, AcmeJob, AcmeWord } from './job.ts'
import { proceed } from './proceed.ts'

const CALL_TIMEOUT_MS = 20_000

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
/** Who asked is gone: nobody would keep what comes of it. */
const nextLine = async (): Promise<string> => {
  const { value, done } = await lines.next()
  if (done === true) process.exit(1)
  return value
}
const say = (word: AcmeWord): Promise<void> => new Promise((resolve) => {
  process.stdout.write(`${JSON.stringify(word)}\n`, () => resolve())
})

/** Seconds that the authority asked for with its last refusal. */
let retryAfterS: number | null = null

/** Instead of the client's own retries: whether and when to try again is the controller's to decide, for it remembers. And what the way there said is kept. */
function configure({ caPem }: AcmeJob): void {
  const { axios } = acme
  axios.defaults.timeout = CALL_TIMEOUT_MS
  if (caPem !== null) axios.defaults.httpsAgent = new Agent({ ca: [...rootCertificates, caPem] })
  axios.interceptors.response.clear()
  axios.interceptors.response.use(null, (error: { readonly response?: { readonly status: number; readonly headers: Readonly<Record<string, string | undefined>> } }) => {
    const { response } = error
    if (response === undefined) throw error
    const seconds = secondsOf(response.headers['retry-after'] ?? '')
    if (response.status >= 400 && seconds > 0) retryAfterS = seconds
    return response
  })
}

/** `Retry-After`: seconds or a date. */
const secondsOf = (text: string): number => (/^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - Date.now()) / 1000))

/** One line, whatever the authority wrote. */
const words = (error: unknown): string => (error instanceof Error ? error.message || ('code' in error ? String(error.code) : error.name) : String(error)).replaceAll(/\s+/g, ' ').slice(0, 500)

const failureOf = (error: unknown): AcmeFailure => ({ error: words(error), retryAfterS, orderLost: error instanceof OperationError && error.code === 'ORDER_LOST' })

const job = JSON.parse(await nextLine()) as AcmeJob
configure(job)
try {
  const chainPem = await proceed(job, async (url) => {
    await say({ say: 'order', url })
    await nextLine()
  })
  await say({ say: 'done', chainPem })
} catch (error) {
  await say({ say: 'failed', ...failureOf(error) })
}
process.exit(0)
