/** One GET by the rule of the client that is measured with. */
import { get } from 'node:http'
import { readOutcome, type HttpResult } from '../../src/load/outcome.ts'
import { preciseNowMs } from '../../src/load/path-record.ts'

export interface Visit {
  /** Milliseconds of the wall clock. */
  readonly sentMs: number
  readonly endMs: number
  /** What went wrong, try by try: `timeout`, `refused`, `http-502` … */
  readonly failures: readonly string[]
  /** It got a good answer, be it at the second try. */
  readonly answered: boolean
}

/** A connection that has brought no answer by then has failed. */
export const ANSWER_MS = 2000

/**
 * A connection of its own for each try. A try whose connection fails (refused, reset, no answer in time) is made once more, on a new
 * connection: a GET may be (RFC 9110, 9.2.2). An answer is an answer: a 502 is not asked again.
 */
export async function visit(url: string): Promise<Visit> {
  const sentMs = preciseNowMs()
  const first = readOutcome(await ask(url))
  if (first.is === 'ok') return { sentMs, endMs: preciseNowMs(), failures: [], answered: true }
  if (first.kind.startsWith('http-')) return { sentMs, endMs: preciseNowMs(), failures: [first.kind], answered: false }
  const second = readOutcome(await ask(url))
  return { sentMs, endMs: preciseNowMs(), failures: second.is === 'ok' ? [first.kind] : [first.kind, second.kind], answered: second.is === 'ok' }
}

const ask = (url: string): Promise<HttpResult> =>
  new Promise((resolve) => {
    const failed = (error: unknown): void => resolve({ error })
    const request = get(url, { agent: false, signal: AbortSignal.timeout(ANSWER_MS) }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.once('error', failed)
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }))
    })
    request.once('error', failed)
  })
