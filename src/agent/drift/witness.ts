/** Notes what steps of an application change by themselves, such as the scripts of a package that it installs. */
import type { Ordered } from './baseline.ts'
import { differences, SECTIONS, type Section, type Snapshot } from './snapshot.ts'

export interface Witness {
  /** All that differs after `step` from before counts as ordered. Steps that don't run change nothing. */
  readonly during: <T>(step: () => Promise<T>) => Promise<T>
  readonly ordered: () => Ordered
  /** Once it is part of the baseline. */
  readonly forget: () => void
}

/** Without a baseline there is nothing to note: the first one is taken of everything, after the application. */
export function createWitness(look: () => Snapshot, hasBaseline: () => boolean): Witness {
  const seen: Record<Section, Set<string>> = { etc: new Set(), packages: new Set(), accounts: new Set(), keys: new Set() }
  return {
    during: async (step) => {
      if (!hasBaseline()) return step()
      const before = look()
      try {
        return await step()
      } finally {
        const after = look()
        for (const section of SECTIONS) differences(before[section], after[section]).forEach(({ key }) => seen[section].add(key))
      }
    },
    ordered: () => seen,
    forget: () => SECTIONS.forEach((section) => seen[section].clear()),
  }
}
