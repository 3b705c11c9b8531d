/** One operation on one connection, tried once; what is known of its outcome is said exactly. */
import type pg from 'pg'
import { failureKind, statementOutcome } from '../load/outcome.ts'
import { preciseNowMs } from '../load/path-record.ts'
import type { Span } from './history.ts'
import type { Line, Link } from './line.ts'

export type Attempt<T> = Span & ({ readonly outcome: 'ok'; readonly value: T } | Unsuccessful)
type Unsuccessful = { readonly outcome: 'failed' | 'unknown'; readonly kind: string; readonly said: string }

/** `write`: it may have been done when nobody answers. A read that brought nothing has failed. */
export type Purpose = 'read' | 'write'

/** One statement in autocommit. */
export const attemptStatement = <T>(line: Line, purpose: Purpose, work: (client: pg.Client) => Promise<T>): Promise<Attempt<T>> =>
  attempt(line, async (link) => {
    try {
      return { outcome: 'ok', value: await work(link.client) }
    } catch (error) {
      await settle(line, error)
      return purpose === 'read' ? notDone(error) : writeFailure(error)
    }
  })

/** A transaction: until COMMIT is sent, whatever happens aborts it. */
export const attemptTransaction = <T>(line: Line, begin: string, work: (client: pg.Client) => Promise<T>): Promise<Attempt<T>> =>
  attempt(line, async ({ client }) => {
    let committing = false
    try {
      await client.query(begin)
      const value = await work(client)
      committing = true
      const { command } = await client.query('commit')
      return command === 'COMMIT' ? { outcome: 'ok', value } : { outcome: 'failed', kind: 'rolled-back', said: command }
    } catch (error) {
      await settle(line, error, () => client.query('rollback'))
      return committing ? writeFailure(error) : notDone(error)
    }
  })

async function attempt<T>(line: Line, work: (link: Link) => Promise<{ readonly outcome: 'ok'; readonly value: T } | Unsuccessful>): Promise<Attempt<T>> {
  const begunMs = preciseNowMs()
  let link: Link
  try {
    link = await line.open()
  } catch (error) {
    return { startMs: begunMs, endMs: preciseNowMs(), ...notDone(error), kind: `login-${kindOf(error)}` }
  }
  link.warned = false
  const startMs = preciseNowMs()
  const result = await work(link)
  const span = { startMs, endMs: preciseNowMs() }
  return result.outcome === 'ok' && link.warned ? { ...span, outcome: 'unknown', kind: 'local-only', said: 'the commit might not have been replicated' } : { ...span, ...result }
}

/** A connection on which the server merely said no is good for more; any other may have half a conversation in it. */
async function settle(line: Line, error: unknown, rollBack?: () => Promise<unknown>): Promise<void> {
  if (!isRefusal(error)) return line.drop()
  await rollBack?.().catch(() => line.drop())
}

const isRefusal = (error: unknown): boolean => (error as { severity?: unknown }).severity === 'ERROR' && !kindOf(error).startsWith('sql-08')

/** As for one statement, except that a server which dies of it (FATAL, PANIC) has not said that it was undone. */
export function writeFailure(error: unknown): Unsuccessful {
  const { is } = statementOutcome(error)
  const kind = kindOf(error)
  const died = kind !== 'sql-queue' && ['FATAL', 'PANIC'].includes(String((error as { severity?: unknown }).severity))
  return { outcome: is === 'error' && !died ? 'failed' : 'unknown', kind, said: wordsOf(error) }
}

const notDone = (error: unknown): Unsuccessful => ({ outcome: 'failed', kind: kindOf(error), said: wordsOf(error) })

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** pg's own errors have words and no codes. */
function kindOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown }
  if (code === undefined && typeof message === 'string') {
    if (/timeout/i.test(message)) return 'timeout'
    if (/terminated|closed|not queryable/i.test(message)) return 'reset'
  }
  const outcome = statementOutcome(error)
  return outcome.is === 'ok' ? failureKind(error) : outcome.kind
}
