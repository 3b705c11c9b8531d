/** What of a machine is compared with what it was at birth, as plain text by key. Hashes only: no content, no secrets. */

/**
 * One thing under /etc as one line: `file 0644 0:0 <sha256>`, `directory 0755 0:0`, `link <target>` or `other 0644 0:0`.
 * No times and no inodes: a copy that is the same is the same.
 */
export type Entry = string
export type Entries = Readonly<Record<string, Entry>>

export interface Snapshot {
  /** By path. */
  readonly etc: Entries
  /** Installed packages, `name:architecture` to nothing: an upgrade is no drift. */
  readonly packages: Entries
  /** `alice`, `adm (group)`, `alice (password)` to a digest of what stands there. */
  readonly accounts: Entries
  /** `root: alice@laptop` to a digest of the key. */
  readonly keys: Entries
}

export type Section = keyof Snapshot
export const SECTIONS: readonly Section[] = ['etc', 'packages', 'accounts', 'keys']

export interface Difference {
  readonly key: string
  readonly change: 'changed' | 'added' | 'removed'
  readonly before: Entry | undefined
  readonly after: Entry | undefined
}

/** Sorted by key. */
export function differences(before: Entries, after: Entries): readonly Difference[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => before[key] !== after[key]).sort()
  return keys.map((key) => ({
    key,
    before: before[key],
    after: after[key],
    change: before[key] === undefined ? 'added' : after[key] === undefined ? 'removed' : 'changed',
  }))
}
