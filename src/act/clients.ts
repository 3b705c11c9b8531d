/** Clients wait in the poolers of the app machines while the primary is away for a moment. */
import type { HoldAnswer, HoldOrder } from '../agent/api.ts'
import { errorFields } from '../lib/log.ts'
import { callJson } from '../lib/mtls.ts'
import type { Machine } from '../plan/types.ts'
import { withRole } from '../render/input.ts'
import { agentOf, type Hands } from './hands.ts'

/** Agents let clients go on after that by themselves, should this controller be gone. */
const HOLD_MS = 8000
/** For transactions that began a moment ago: short, but for the odd one; PostgreSQL stops in any case. */
const HOLD_DRAIN_MS = 1500
const CALL_TIMEOUT_MS = 5000

export const poolersOf = (hands: Hands): readonly Machine[] => withRole(hands.blueprint.plan, 'app')

/** A pooler that gives no answer has no clients that could be held: better a switchover without it than none. */
export const holdClients = async (hands: Hands, poolers: readonly Machine[]): Promise<void> =>
  void await Promise.all(poolers.map(async (pooler) => {
    const json: HoldOrder = { forMs: HOLD_MS, drainMs: HOLD_DRAIN_MS, insist: true }
    await callJson<HoldAnswer>(hands.client, `${agentOf(pooler)}/clients/hold`, { json, timeoutMs: HOLD_DRAIN_MS + CALL_TIMEOUT_MS })
      .catch((error: unknown) => hands.log('warn', 'clients could not be held', { machine: pooler.name, ...errorFields(error) }))
  }))

/** Letting go on twice does no harm; an agent that does not hear it does so by itself after HOLD_MS. */
export const releaseClients = async (hands: Hands, poolers: readonly Machine[]): Promise<void> =>
  void await Promise.all(poolers.map((pooler) => callJson(hands.client, `${agentOf(pooler)}/clients/release`, { method: 'POST', timeoutMs: CALL_TIMEOUT_MS })
    .catch((error: unknown) => hands.log('warn', 'clients were not told to go on', { machine: pooler.name, ...errorFields(error) }))))
