/** Was the machine made by an earlier attempt that could not write that down? Its birth door says so, with the proof that only it can give. */
import type { MachineRecord } from '../decide/world.ts'
import { waitFor } from '../lib/clock.ts'
import { judgeJoin } from '../pki/join.ts'
import type { Machine } from '../plan/types.ts'
import { claimNewborn } from '../provision/parent.ts'
import type { Hands } from './hands.ts'

/** A machine takes some seconds from its creation until its door is open. */
const DOOR_MS = 8_000
const AGAIN_MS = 300

/**
 * Only an attempt of an earlier term is waited for: one of this term that failed is known to have failed, and is looked
 * at once.
 */
export async function isMadeAlready(hands: Hands, machine: Machine, record: MachineRecord): Promise<boolean> {
  const look = (): Promise<true | undefined> => provesItself(hands, machine, record)
  const inherited = record.sinceMs < hands.leadsSinceMs
  if (!inherited) return (await look()) === true
  return waitFor(look, { timeoutMs: DOOR_MS, everyMs: AGAIN_MS, what: `${machine.name} to show that it was made` }).catch(() => false)
}

async function provesItself(hands: Hands, machine: Machine, record: MachineRecord): Promise<true | undefined> {
  const newborn = await claimNewborn(machine.address, hands.identity).catch(() => undefined)
  if (newborn === undefined) return undefined
  await newborn.close()
  return judgeJoin(record.join ?? undefined, newborn.claim, Date.now()).ok ? true : undefined
}
