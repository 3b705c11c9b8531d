/** What can go wrong with a database call, sorted by what the caller may do about it. */

/** The statement time limit passed, or the database could not be reached within it. */
export class DatabaseAway extends Error {
  override readonly name = 'DatabaseAway'
  /** `unknown`: a commit was sent and nobody answered; ask for the transfer by its id later. */
  readonly outcome: 'not-done' | 'unknown'

  constructor(outcome: 'not-done' | 'unknown', cause: unknown) {
    super(cause instanceof Error ? cause.message : 'no answer', { cause })
    this.outcome = outcome
  }
}

/** The request can't be done as it is: the client's mistake. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly status: 400 | 404 | 409 | 422
  readonly next: string

  constructor(status: 400 | 404 | 409 | 422, what: string, next: string) {
    super(what)
    this.status = status
    this.next = next
  }
}

// Classes of SQLSTATE after which the same transaction may be tried again as a whole:
// 08 connection (PgBouncer's own errors too), 40 serialization and deadlock, 53 resources, 57 operator intervention
// (shutdown, crash, statement time limit). 25006: still connected to a primary that has just become a replica.
const RETRYABLE_CLASSES = new Set(['08', '40', '53', '57'])
const SQLSTATE_LENGTH = 5
const READ_ONLY_TRANSACTION = '25006'

/** True when trying the whole transaction again can help: an error of the connection or the server, not of the statement. */
export function isRetryable(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof Refused) return false
  const { code } = error as Error & { code?: unknown }
  // The driver's own errors (a time-out, a connection that ended) are plain; a TypeError is a mistake of ours.
  if (typeof code !== 'string') return error.constructor === Error
  // Socket errors: ECONNRESET and the like.
  if (code.length !== SQLSTATE_LENGTH) return true
  return code === READ_ONLY_TRANSACTION || RETRYABLE_CLASSES.has(code.slice(0, 2))
}

/** Two transactions got in each other's way: the database is there, and the next try may succeed at once. */
export const isConflict = (error: unknown): boolean => String((error as { code?: unknown }).code).startsWith('40')
