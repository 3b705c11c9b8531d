/** Compares what was attempted with what is there; pure, and the same for rows, list values and transfers. */
import type { ClientOperation, WorkloadName } from './history.ts'
import type { Violation } from './report.ts'

export interface Attempted {
  readonly id: number
  readonly by: ClientOperation
}

export interface Presence {
  readonly violations: readonly Violation[]
  readonly unknownDone: ReadonlySet<ClientOperation>
}

/**
 * Acknowledged: exactly once. Failed: not at all. Unknown: once or not at all. Never attempted: not at all. `found` has
 * an id as often as it is there.
 */
export function judgePresence(workload: WorkloadName, attempted: readonly Attempted[], found: readonly number[]): Presence {
  const times = new Map<number, number>()
  for (const id of found) times.set(id, (times.get(id) ?? 0) + 1)
  const known = new Set(attempted.map(({ id }) => id))
  const violations: Violation[] = []
  const unknownDone = new Set<ClientOperation>()
  for (const { id, by } of attempted) {
    const there = times.get(id) ?? 0
    const tell = (kind: Violation['kind']): void => void violations.push({ kind, workload, detail: { id, times: there }, evidence: [by] })
    if (by.outcome === 'ok' && there === 0) tell('lost')
    if (by.outcome === 'failed' && there > 0) tell('phantom')
    if (by.outcome !== 'failed' && there > 1) tell('duplicated')
    if (by.outcome === 'unknown' && there > 0) unknownDone.add(by)
  }
  for (const [id, there] of times) if (!known.has(id)) violations.push({ kind: 'phantom', workload, detail: { id, times: there }, evidence: [] })
  return { violations, unknownDone }
}
