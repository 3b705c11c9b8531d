/** Who votes in etcd: an odd number of control and database machines. */
import type { Role } from './types.ts'
import { compareNames } from './names.ts'

interface Candidate {
  readonly name: string
  readonly roles: readonly Role[]
}

export const VOTERS_MAX = 5

/**
 * The machines that may vote, in the order in which they are chosen: one control machine first (it outlives the others'
 * failovers), then the database machines (Patroni talks to the etcd beside it), then further control machines.
 */
export function voterCandidates(machines: readonly Candidate[]): string[] {
  const sorted = machines.toSorted((a, b) => compareNames(a.name, b.name))
  const control = sorted.filter((machine) => machine.roles.includes('control')).map((machine) => machine.name)
  const database = sorted.filter((machine) => machine.roles.includes('database')).map((machine) => machine.name)
  return [...new Set([...control.slice(0, 1), ...database, ...control.slice(1)])]
}

/** The largest odd number of candidates, 5 at most: an even number survives no more losses than the odd one below it. */
export function defaultVoterCount(candidates: number): number {
  const count = Math.min(candidates, VOTERS_MAX)
  return count % 2 === 0 ? Math.max(count - 1, 0) : count
}

export function chooseVoters(machines: readonly Candidate[], wanted?: number): ReadonlySet<string> {
  const candidates = voterCandidates(machines)
  return new Set(candidates.slice(0, wanted ?? defaultVoterCount(candidates.length)))
}

/** How many voters may be lost while a majority remains. */
export const lossesSurvived = (voters: number): number => Math.floor((voters - 1) / 2)
