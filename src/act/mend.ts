/** The smaller steps of the ladder: restart a unit, reboot, apply the manifest again. Each is written down before it is taken. */
import type { Facts, KillAnswer, RebootRequest } from '../agent/api.ts'
import type { Attempt } from '../decide/world.ts'
import { findEngineObserver } from '../engines/observer.ts'
import { sleep, waitFor } from '../lib/clock.ts'
import { assert } from '../lib/errors.ts'
import { callJson } from '../lib/mtls.ts'
import { PORTS } from '../plan/types.ts'
import type { Hands } from './hands.ts'

const CALL_TIMEOUT_MS = 10_000
const LOOK_TIMEOUT_MS = 1500
const REBOOT_TIMEOUT_MS = 60_000
/** Older attempts tell nothing any more. */
const ATTEMPTS_KEPT = 20
/** Longer than the agent's facts are kept and the watcher's rhythm. */
export const NEXT_POLL_MS = 1600

const agentOf = (hands: Hands, name: string): string => {
  const machine = hands.blueprint.plan.machines.find((one) => one.name === name)
  assert(machine !== undefined, `${name} has a plan`)
  return `https://${machine.address}:${PORTS.agent}/v1`
}

export async function noteAttempt(hands: Hands, machine: string, attempt: Attempt): Promise<void> {
  const record = hands.records.get(machine)
  assert(record !== undefined, `${machine} has a record`)
  await hands.store.saveRecord(hands.term, { ...record, attempts: [...record.attempts, attempt].slice(-ATTEMPTS_KEPT) })
}

export async function restartUnit(hands: Hands, machine: string, unit: string): Promise<void> {
  await noteAttempt(hands, machine, { step: 'restart', unit, atMs: Date.now() })
  await callJson(hands.client, `${agentOf(hands, machine)}/units/${encodeURIComponent(unit)}/restart`, { method: 'POST', timeoutMs: CALL_TIMEOUT_MS })
  hands.tell('restarted', machine, `${unit} on ${machine} was restarted.`)
  await sleep(NEXT_POLL_MS)
}

/** Resolves when the machine answers with another boot id; a machine that doesn't come back falls silent, and is no longer this step's affair. */
export async function reboot(hands: Hands, machine: string, bootId: string): Promise<void> {
  await noteAttempt(hands, machine, { step: 'reboot', unit: null, atMs: Date.now() })
  const agent = agentOf(hands, machine)
  await callJson(hands.client, `${agent}/reboot`, { method: 'POST', json: { bootId } satisfies RebootRequest, timeoutMs: CALL_TIMEOUT_MS })
  hands.tell('rebooted', machine, `${machine} is rebooted.`)
  await waitFor(async () => {
    const facts = await callJson<Facts>(hands.client, `${agent}/facts`, { timeoutMs: LOOK_TIMEOUT_MS }).catch(() => undefined)
    return facts !== undefined && facts.bootId !== bootId ? true : undefined
  }, { timeoutMs: REBOOT_TIMEOUT_MS, everyMs: 500, what: `${machine} to come back from its reboot` })
  // The watcher must have seen it too, or the silence of the reboot would count as a death.
  await sleep(NEXT_POLL_MS)
}

export async function repair(hands: Hands, machine: string): Promise<void> {
  await noteAttempt(hands, machine, { step: 'repair', unit: null, atMs: Date.now() })
  await callJson(hands.client, `${agentOf(hands, machine)}/repair`, { method: 'POST', timeoutMs: CALL_TIMEOUT_MS })
  hands.tell('repaired', machine, `The manifest of ${machine} was applied again.`)
  await sleep(NEXT_POLL_MS)
}

/** What elects notices at once, and goes on from there. */
export async function killEngine(hands: Hands, machine: string): Promise<void> {
  await noteAttempt(hands, machine, { step: 'kill', unit: null, atMs: Date.now() })
  const { killed } = await callJson<KillAnswer>(hands.client, `${agentOf(hands, machine)}/database/kill`, { method: 'POST', timeoutMs: CALL_TIMEOUT_MS })
  if (killed) hands.tell('engine-killed', machine, `The database's main process on ${machine} was ended: it took no new connections.`)
  await sleep(NEXT_POLL_MS)
}

export async function reinitialise(hands: Hands, machine: string): Promise<void> {
  const { plan, secrets } = hands.blueprint
  const address = plan.machines.find((one) => one.name === machine)?.address
  assert(address !== undefined, `${machine} has a plan`)
  await noteAttempt(hands, machine, { step: 'reinitialise', unit: null, atMs: Date.now() })
  await findEngineObserver(plan.database.engine).reinitialise(hands.client, address, secrets)
  hands.tell('reinitialised', machine, `The replica on ${machine} is copied anew from the primary.`)
  await sleep(NEXT_POLL_MS)
}
