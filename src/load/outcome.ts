/** Sorts what became of one request into good, error and unknown; pure. */
import type { Outcome } from './path-record.ts'

/** An HTTP answer, or the error instead of one. */
export type HttpResult = { readonly status: number; readonly body: string } | { readonly error: unknown }

const KINDS: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: 'connect-timeout',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  ETIMEDOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
}

// With these nothing of the request has left us: no connection was there.
const NEVER_SENT = new Set(['connect-timeout', 'refused', 'unreachable'])

export function failureKind(error: unknown): string {
  if (!(error instanceof Error)) return 'other'
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'timeout'
  const { code } = error as Error & { code?: unknown }
  return typeof code === 'string' ? (KINDS[code] ?? code.toLowerCase()) : 'other'
}

const OK: Outcome = { is: 'ok' }
const isGood = (status: number): boolean => status >= 200 && status < 300

/** A read that brought nothing has failed, whatever the reason. */
export function readOutcome(result: HttpResult): Outcome {
  if ('error' in result) return { is: 'error', kind: failureKind(result.error) }
  return isGood(result.status) ? OK : { is: 'error', kind: `http-${result.status}` }
}

/**
 * A write has failed only when that is certain: it never left us, it was refused (4xx), or the application says
 * "not done". A proxy's 502 or 504, a reset and a time-out leave it open.
 */
export function writeOutcome(result: HttpResult): Outcome {
  if ('error' in result) {
    const kind = failureKind(result.error)
    return { is: NEVER_SENT.has(kind) ? 'error' : 'unknown', kind }
  }
  if (isGood(result.status)) return OK
  const certain = (result.status >= 400 && result.status < 500) || saysNotDone(result.body)
  return { is: certain ? 'error' : 'unknown', kind: `http-${result.status}` }
}

function saysNotDone(body: string): boolean {
  try {
    return (JSON.parse(body) as { outcome?: unknown }).outcome === 'not-done'
  } catch {
    return false
  }
}

const SQLSTATE_LENGTH = 5

// PgBouncer gives all its errors one SQLSTATE (08P01), so only its words tell a statement that it never passed on
// from one that was cut off on its way: objects.c (disconnect_client), janitor.c (query_wait_timeout).
const NEVER_PASSED_ON = ['server login has been failing', 'query_wait_timeout', 'client_login_timeout', 'no more connections allowed']

/** A statement in autocommit that failed: PostgreSQL or PgBouncer refused it, or the connection ended under it. */
export function statementOutcome(error: unknown): Outcome {
  const { code, message } = error as { code?: unknown; message?: unknown }
  const text = typeof message === 'string' ? message : ''
  if (NEVER_PASSED_ON.some((words) => text.includes(words))) return { is: 'error', kind: 'sql-queue' }
  if (typeof code !== 'string' || code.length !== SQLSTATE_LENGTH) return { is: 'unknown', kind: failureKind(error) }
  // 08: the connection; 57: shutdown or crash of the server while it was at work.
  const cutOff = code.startsWith('08') || code.startsWith('57')
  return { is: cutOff ? 'unknown' : 'error', kind: `sql-${code}` }
}
