/** Pure: what a machine was at birth, and how an application of a manifest becomes part of it. */
import type { Managed } from './judge.ts'
import { SECTIONS, type Entries, type Section, type Snapshot } from './snapshot.ts'
import { saysOfUnits } from './unit-links.ts'

export interface Baseline extends Snapshot {
  /** When it was first taken. */
  readonly takenMs: number
  /** `127.0.0.53:53`: TCP servers that came with the image. */
  readonly ports: readonly string[]
  /** What the manifest of the last application managed, for the next one may not. */
  readonly managed: { readonly paths: readonly string[]; readonly units: readonly string[] }
}

/** What an application changed besides the manifest's own files and units, e.g. what the scripts of a package wrote. */
export type Ordered = Readonly<Partial<Record<Section, ReadonlySet<string>>>>

const managedBy = (manifest: Managed): Baseline['managed'] => ({
  paths: manifest.files.map(({ path }) => path),
  units: manifest.units.map(({ name }) => name),
})

export const firstBaseline = (now: Snapshot, manifest: Managed, nowMs: number): Baseline =>
  ({ ...now, takenMs: nowMs, ports: [], managed: managedBy(manifest) })

const parents = (path: string): string[] => path.split('/').slice(2, -1).map((_part, index, all) => `/etc/${all.slice(0, index + 1).join('/')}`)

/**
 * Only what this application and the one before had in hand is taken over from `now`; whatever else differs by now was
 * done by somebody else, and stays drift.
 */
export function joinApplication(baseline: Baseline, now: Snapshot, manifest: Managed, ordered: Ordered): Baseline {
  const after = managedBy(manifest)
  const paths = new Set([...baseline.managed.paths, ...after.paths])
  const made = new Set([...paths].filter((path) => path.startsWith('/etc/')).flatMap(parents))
  const ofUnits = saysOfUnits(new Set([...baseline.managed.units, ...after.units]))
  const joins = (section: Section, key: string): boolean => {
    if (ordered[section]?.has(key) === true) return true
    if (section !== 'etc') return false
    // A directory that was there before keeps the mode that it had.
    return paths.has(key) || ofUnits(key, now.etc[key] ?? baseline.etc[key]) || (made.has(key) && baseline.etc[key] === undefined)
  }
  const joined = Object.fromEntries(SECTIONS.map((section) => [section, take(baseline[section], now[section], (key) => joins(section, key))])) as unknown as Snapshot
  return { ...baseline, ...joined, managed: after }
}

function take(before: Entries, now: Entries, joins: (key: string) => boolean): Entries {
  const kept = Object.entries(before).filter(([key]) => !joins(key))
  return Object.fromEntries([...kept, ...Object.entries(now).filter(([key]) => joins(key))])
}
