/** Counts who was replaced how often in a drill, by identities that were seen; pure. */
import type { Ending } from './drill.ts'

/** Machine → identities that it was seen with. */
export type Identities = ReadonlyMap<string, ReadonlySet<string>>

/** Machine → how many new identities it had; machines that had none are left out. */
export function countNew(before: ReadonlyMap<string, string>, seen: Identities): ReadonlyMap<string, number> {
  const counts = [...seen].map(([machine, identities]) => [machine, [...identities].filter((one) => one !== before.get(machine)).length] as const)
  return new Map(counts.filter(([, count]) => count > 0))
}

/** How many should not have been, and how many should have been and were not. */
export function countStray(replaced: Ending['replaced'], targets: readonly string[], counts: ReadonlyMap<string, number>): number {
  const expected = (machine: string): number => (replaced === 'targets' && targets.includes(machine) ? 1 : 0)
  return [...new Set([...targets, ...counts.keys()])].reduce((sum, machine) => sum + Math.abs((counts.get(machine) ?? 0) - expected(machine)), 0)
}
