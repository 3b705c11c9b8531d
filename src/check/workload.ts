/** What the three workloads share: who is at work, on which tables, with which connection. */
import type { Attempt } from './attempt.ts'
import type { ClientOperation, Result, Span, Server } from './history.ts'
import type { Line } from './line.ts'

export interface Turn {
  readonly line: Line
  /** The run's own schema. */
  readonly schema: string
  readonly writer: number
  /** Counts this writer's turns from 0. */
  readonly number: number
}

/** One operation; never rejects for what the database does. */
export type Workload = (turn: Turn) => Promise<ClientOperation>

export function resultOf(attempt: Attempt<{ readonly server: Server }>): Span & Result {
  const { startMs, endMs } = attempt
  return attempt.outcome === 'ok'
    ? { startMs, endMs, outcome: 'ok', server: attempt.value.server }
    : { startMs, endMs, outcome: attempt.outcome, kind: attempt.kind, said: attempt.said }
}
