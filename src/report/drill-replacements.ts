/** Counts who was replaced how often in a drill, by identities that were seen; pure. */
import type { Ending } from './drill.ts'

/** Machine → identities that it was seen with. */
export type Identities = ReadonlyMap<string, ReadonlySet<string>>

/** Machine → how many new identities it had; machines that had none are left out. */
export function countNew(before: ReadonlyMap<string, string>, seen: Identities): ReadonlyMap<string, number> {
  const counts = [...seen].map(([machine, identities]) => [machine, [...identities].filter((one) => one !== before.get(machine)).length] as const)
  return new Map(counts.filter(([, count]) => count > 0))
}

/** The larger count of each: a machine that was made and never born has an id and no incarnation. */
export function mergeCounts(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  return new Map([...new Set([...one.keys(), ...other.keys()])].toSorted().map((machine) => [machine, Math.max(one.get(machine) ?? 0, other.get(machine) ?? 0)]))
}

/** Replacements that should not have been, and those that should have been and were not. */
export function strayReplacements(replaced: Ending['replaced'], targets: readonly string[], counts: ReadonlyMap<string, number>): number {
  const expected = (machine: string): number => (replaced === 'targets' && targets.includes(machine) ? 1 : 0)
  return [...new Set([...targets, ...counts.keys()])].reduce((sum, machine) => sum + Math.abs((counts.get(machine) ?? 0) - expected(machine)), 0)
}
