/** A human's planned change of the primary: asks the acting controller, and follows it to the end. */
import type { StackEvent, SwitchoverOrder } from '../controller/api.ts'
import { OperationError, UserError } from '../lib/errors.ts'
import { follow, lastEvent } from './follow.ts'
import type { StackConnection } from './stack-connection.ts'

const TIMEOUT_MS = 90_000

export interface Switched {
  /** The primary of before, and the new one. */
  readonly machine: string
  readonly target: string
  /** Milliseconds since clients began to wait: `clientsWaited` in all, and when each step was seen. */
  readonly timeline: Readonly<Record<string, unknown>>
}

/** Throws `UserError` when a guard refuses, `OperationError` when it did not come about. */
export async function switchPrimary(connection: StackConnection, order: SwitchoverOrder, onEvent: (event: StackEvent) => void): Promise<Switched> {
  const after = await lastEvent(connection)
  const answer = await connection.switchover(order)
  if (!answer.accepted) throw new UserError(`no switchover: ${answer.sentence}`, { next: answer.remedy ?? 'regrow status' })
  const { machine, target } = answer
  const event = await follow(connection, {
    after,
    timeoutMs: TIMEOUT_MS,
    onEvent,
    done: (one) => (one.kind === 'switched-over' && one.machine === target) || (one.kind === 'action-failed' && one.machine === machine),
  })
  if (event.kind === 'action-failed') {
    throw new OperationError('SWITCHOVER', event.text, { next: 'regrow status; a transaction that does not end is cut off with: regrow switchover --force' })
  }
  return { machine, target, timeline: event.evidence ?? {} }
}
