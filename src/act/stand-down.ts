/** Effect: an entry machine leaves the entry address to another one, which then tells the network whose it is now. */
import type { StandDownOrder } from '../agent/api.ts'
import type { Action } from '../decide/world.ts'
import { sleep } from '../lib/clock.ts'
import { callJson } from '../lib/mtls.ts'
import { agentOf, machineOf, type Hands } from './hands.ts'
import { NEXT_POLL_MS } from './mend.ts'

const CALL_TIMEOUT_MS = 5000

export async function standDown(hands: Hands, { machine, target, forMs, told }: Extract<Action, { kind: 'stand-down' }>): Promise<void> {
  const keeper = machineOf(hands, target)
  const json: StandDownOrder = { forMs, peers: [keeper.address] }
  await callJson(hands.client, `${agentOf(machineOf(hands, machine))}/entry/stand-down`, { method: 'POST', json, timeoutMs: CALL_TIMEOUT_MS })
  // The machine that leaves may have announced itself last.
  await callJson(hands.client, `${agentOf(keeper)}/entry/announce`, { method: 'POST', timeoutMs: CALL_TIMEOUT_MS })
  if (told) hands.tell('stood-down', machine, forMs === 0 ? `${machine} may hold the entry address again.` : `${machine} leaves the entry address to ${target}.`)
  await sleep(NEXT_POLL_MS)
}
