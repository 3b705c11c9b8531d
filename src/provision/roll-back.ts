/** A human's way back to the release of before: asks the acting controller, and follows it to the end. */
import type { RollBackAnswer, StackEvent } from '../controller/api.ts'
import { follow, lastEvent } from './follow.ts'
import type { StackConnection } from './stack-connection.ts'

const TIMEOUT_MS = 600_000

/** Throws `UserError` when no other release has run here, `OperationError` when it did not come about. */
export async function goBack(connection: StackConnection, onEvent: (event: StackEvent) => void): Promise<RollBackAnswer & { readonly tookMs: number }> {
  const beganMs = Date.now()
  const after = await lastEvent(connection)
  const answer = await connection.rollBack()
  await follow(connection, { after, timeoutMs: TIMEOUT_MS, onEvent, done: (event) => event.kind === 'converged' })
  return { ...answer, tookMs: Date.now() - beganMs }
}
