/** Follows the controller's diary until the stack is as desired, or until it says that it can't become so. */
import type { StackEvent } from '../controller/api.ts'
import { sleep } from '../lib/clock.ts'
import { OperationError } from '../lib/errors.ts'
import type { StackConnection } from './stack-connection.ts'

export interface FollowOptions {
  readonly after: number
  readonly timeoutMs: number
  readonly onEvent: (event: StackEvent) => void
  /** True ends the wait with success. */
  readonly done: (event: StackEvent) => boolean
  readonly signal?: AbortSignal
}

const WAIT_MS = 5000
const RETRY_MS = 300

/** Number of the last event so far; 0 when there is none. */
export const lastEvent = async (connection: StackConnection): Promise<number> => (await connection.events(0, 0)).at(-1)?.number ?? 0

/**
 * Survives a controller that moves. Throws `OperationError` ROLLOUT_STOPPED, TIMEOUT, or ROLLED_BACK once all machines are back at the
 * release of before.
 */
export async function follow(connection: StackConnection, options: FollowOptions): Promise<StackEvent> {
  const deadline = Date.now() + options.timeoutMs
  let after = options.after
  let rolledBack: StackEvent | null = null
  while (Date.now() < deadline) {
    options.signal?.throwIfAborted()
    const events = await connection.events(after, WAIT_MS).catch(() => undefined)
    if (events === undefined) await sleep(RETRY_MS)
    for (const event of events ?? []) {
      after = event.number
      options.onEvent(event)
      if (event.kind === 'rollout-stopped') throw new OperationError('ROLLOUT_STOPPED', event.text, { next: 'mend what it names, then run: regrow up' })
      if (event.kind === 'rolled-back') rolledBack = event
      if (!options.done(event)) continue
      if (rolledBack !== null) throw new OperationError('ROLLED_BACK', rolledBack.text, { next: 'regrow logs, and regrow incidents, tell more; then: regrow deploy' })
      return event
    }
  }
  const doing = await connection.status().then((status) => status.doing.sentence, () => 'no controller answers')
  throw new OperationError('TIMEOUT', `not there after ${options.timeoutMs / 1000} s. ${doing}`, { next: 'regrow status; it goes on by itself' })
}
