/** Makes room on a machine: what the system and Regrow can do without goes, and the diary says how much that was. */
import type { FreedAnswer } from '../agent/api.ts'
import { sleep } from '../lib/clock.ts'
import { callJson } from '../lib/mtls.ts'
import { agentOf, machineOf, type Hands } from './hands.ts'
import { NEXT_POLL_MS, noteAttempt } from './mend.ts'

const FREE_TIMEOUT_MS = 60_000

export async function freeDisk(hands: Hands, machine: string): Promise<void> {
  await noteAttempt(hands, machine, { step: 'clean-up', unit: null, atMs: Date.now() })
  const { freedBytes, parts } = await callJson<FreedAnswer>(hands.client, `${agentOf(machineOf(hands, machine))}/disk/free`, { method: 'POST', timeoutMs: FREE_TIMEOUT_MS })
  const largest = Object.entries(parts).filter(([, bytes]) => bytes > 0).toSorted(([, one], [, other]) => other - one).map(([part, bytes]) => `${part} ${megabytes(bytes)}`)
  hands.log('info', 'made room on a disk', { machine, freedBytes })
  if (freedBytes > 0) hands.tell('disk-freed', machine, `${megabytes(freedBytes)} were freed on the disk of ${machine}${largest.length === 0 ? '' : ` (${largest.join(', ')})`}.`, { evidence: { freedBytes, ...parts } })
  // Facts about the disk are a moment old.
  await sleep(2 * NEXT_POLL_MS)
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
