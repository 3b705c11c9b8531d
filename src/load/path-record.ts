/** What the client saw on one path through the stack: every answer with its time; filled while it runs, judged afterwards. */

/** `vipRead`, `vipWrite`: HTTP through the entry VIP. `sql`: inserts through an app machine's PgBouncer. */
export type PathName = 'vipRead' | 'vipWrite' | 'sql'
export const PATH_NAMES: readonly PathName[] = ['vipRead', 'vipWrite', 'sql']

/**
 * `error`: it was not done, and the client was told so or never got through. `unknown`: a write was sent and nobody
 * said what became of it; resolved afterwards by reading it back.
 */
export type Outcome = { readonly is: 'ok' } | { readonly is: 'error' | 'unknown'; readonly kind: string }

export interface Failure {
  /** When the client knew, milliseconds of the wall clock. */
  readonly atMs: number
  readonly is: 'error' | 'unknown'
  /** `timeout`, `reset`, `http-503`, `sql-08P01` … */
  readonly kind: string
}

export interface PathRecord {
  /** When each good answer had arrived, in order. */
  readonly okMs: number[]
  /** How long each good answer took; same order. */
  readonly latencyMs: number[]
  readonly failures: Failure[]
  /** Reads that were sent a second time, because the server had closed their connection. */
  retries: number
}

export const emptyRecord = (): PathRecord => ({ okMs: [], latencyMs: [], failures: [], retries: 0 })

export function addAnswer(record: PathRecord, sentMs: number, answeredMs: number, outcome: Outcome): void {
  if (outcome.is === 'ok') {
    record.okMs.push(answeredMs)
    record.latencyMs.push(answeredMs - sentMs)
  } else {
    record.failures.push({ atMs: answeredMs, is: outcome.is, kind: outcome.kind })
  }
}

/** Wall clock that can't jump while we measure: set once, then counted monotonically. */
export const preciseNowMs = (): number => performance.timeOrigin + performance.now()
