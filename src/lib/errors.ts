/** The two kinds of failure: a user can mend one, an operator reads the evidence of the other. */

/** A user's mistake or a missing precondition. Shown without a stack trace; exit code 2. */
export class UserError extends Error {
  override readonly name = 'UserError'
  /** `file:line:column`, a machine, an address: where it is. */
  readonly where: string | undefined
  /** The next command to type, or what to write instead. */
  readonly next: string | undefined

  constructor(what: string, detail: { where?: string; next?: string; cause?: unknown } = {}) {
    super(what, detail.cause === undefined ? {} : { cause: detail.cause })
    this.where = detail.where
    this.next = detail.next
  }
}

/** Something we tried did not work. `code` is what callers branch on; `stderr` is the program's own word. */
export class OperationError extends Error {
  override readonly name = 'OperationError'
  readonly code: string
  readonly stderr: string | undefined
  readonly next: string | undefined

  constructor(code: string, what: string, detail: { cause?: unknown; stderr?: string; next?: string } = {}) {
    super(what, detail.cause === undefined ? {} : { cause: detail.cause })
    this.code = code
    this.stderr = detail.stderr
    this.next = detail.next
  }
}

/** A broken invariant of our own: crashes, never caught on purpose. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`)
}
