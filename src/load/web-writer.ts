/** One client that moves money through the entry address; each transfer has an id of its own and is sent once. */
import type { AckedLog } from './acked-log.ts'
import { writeOutcome } from './outcome.ts'
import { takeTurns } from './pace.ts'
import { addAnswer, preciseNowMs, type PathRecord } from './path-record.ts'
import type { Web } from './web.ts'

export interface WebWriter {
  readonly web: Web
  readonly run: string
  readonly client: number
  readonly perSecond: number
  /** Where in the interval its turn is, 0 to 1: so that the writers together write evenly. */
  readonly offset: number
  readonly record: PathRecord
  readonly acked: AckedLog
  readonly unknown: Set<string>
}

/** Longer than the application waits for its database (30 s), so that its own answer comes first. */
const WRITE_MS = 45_000

/**
 * No retry: a transfer that failed has failed, one of unknown outcome is asked for afterwards by its id. Each client
 * has two accounts of its own and moves 1 to and fro, so that no balance runs dry however long it takes.
 */
export async function writeWeb(writer: WebWriter, signal: AbortSignal): Promise<void> {
  const accounts = [2 * writer.client + 1, 2 * writer.client + 2]
  await takeTurns(writer.perSecond, writer.offset, signal, async (seq) => {
    const id = `drill-${writer.run}-${writer.client}-${seq}`
    const [from, to] = seq % 2 === 0 ? accounts : accounts.toReversed()
    const sentMs = preciseNowMs()
    const outcome = writeOutcome(await writer.web.post('/transfers', { id, from, to, amount: 1 }, WRITE_MS))
    if (outcome.is === 'ok') writer.acked.append({ path: 'vipWrite', id, atMs: preciseNowMs() })
    if (outcome.is === 'unknown') writer.unknown.add(id)
    addAnswer(writer.record, sentMs, preciseNowMs(), outcome)
  })
}
