/** Reads through the entry address at a steady rate, and, apart from that, the sum of all balances. */
import { readOutcome } from './outcome.ts'
import { keepPace } from './pace.ts'
import { addAnswer, preciseNowMs, type Outcome, type PathRecord } from './path-record.ts'
import type { Web } from './web.ts'

/** A read that takes longer counts as failed. */
export const READ_MS = 5000
const ACCOUNTS = 100

/** Each failed GET is one that a visitor would have seen. */
export function readWeb(web: Web, perSecond: number, record: PathRecord, signal: AbortSignal): Promise<void> {
  return keepPace(perSecond, signal, async (number) => {
    const sentMs = preciseNowMs()
    const outcome = await readOnce(web, `/accounts/${(number % ACCOUNTS) + 1}`, record)
    addAnswer(record, sentMs, preciseNowMs(), outcome)
  })
}

/**
 * As browsers do: when the connection is closed before an answer came (a server that reloads closes those it keeps
 * open), the GET is sent once more, on a new one (RFC 9110, 9.2.2). Nothing else is tried again.
 */
async function readOnce(web: Web, path: string, record: PathRecord): Promise<Outcome> {
  const begunMs = performance.now()
  const first = readOutcome(await web.get(path, READ_MS))
  if (first.is === 'ok' || first.kind !== 'reset') return first
  record.retries += 1
  return readOutcome(await web.getAnew(path, Math.max(1, READ_MS - Math.ceil(performance.now() - begunMs))))
}

/** What the application said its sum was, each time it answered. */
export interface InvariantRecord {
  expected: number | null
  readonly sums: Map<number, number>
}

export const emptyInvariant = (): InvariantRecord => ({ expected: null, sums: new Map() })

/** How many readings gave another sum; null when there was no reading at all. */
export const invariantBreaks = ({ expected, sums }: InvariantRecord): number | null =>
  expected === null ? null : [...sums].filter(([sum]) => sum !== expected).reduce((total, [, count]) => total + count, 0)

/** One reading; false when there was no answer. */
export async function readInvariant(web: Web, record: InvariantRecord): Promise<boolean> {
  const result = await web.get('/invariant', READ_MS)
  if ('error' in result || result.status !== 200) return false
  const { sum, expected } = JSON.parse(result.body) as { sum: number; expected: number }
  record.expected ??= expected
  record.sums.set(sum, (record.sums.get(sum) ?? 0) + 1)
  return true
}

export const watchInvariant = (web: Web, record: InvariantRecord, perSecond: number, signal: AbortSignal): Promise<void> =>
  keepPace(perSecond, signal, async () => void (await readInvariant(web, record)))
