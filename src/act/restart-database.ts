/** Restarts the database on one machine, for parameters that wait for that; clients of a primary wait meanwhile. */
import { findEngineObserver } from '../engines/observer.ts'
import { sleep } from '../lib/clock.ts'
import { callJson } from '../lib/mtls.ts'
import { holdClients, poolersOf, releaseClients } from './clients.ts'
import { readLock } from './database-lock.ts'
import { agentOf, machineOf, type Hands } from './hands.ts'
import { NEXT_POLL_MS } from './mend.ts'

const CHECKPOINT_TIMEOUT_MS = 30_000

export async function restartDatabase(hands: Hands, name: string): Promise<void> {
  const { plan, secrets } = hands.blueprint
  const machine = machineOf(hands, name)
  const engine = findEngineObserver(plan.database.engine)
  const isPrimary = (await readLock(hands)).truth.leader === name
  await callJson(hands.client, `${agentOf(machine)}/database/checkpoint`, { method: 'POST', timeoutMs: CHECKPOINT_TIMEOUT_MS })
  const held = isPrimary ? poolersOf(hands) : []
  try {
    await holdClients(hands, held)
    await engine.restart(hands.client, machine.address, secrets)
  } finally {
    await releaseClients(hands, held)
  }
  hands.tell('restarted', name, `The database on ${name} was restarted: its parameters are in effect.`)
  await sleep(NEXT_POLL_MS)
}
