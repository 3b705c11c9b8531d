/** Reads the same keys again and again, and has only those sent and parsed that changed since. */
import type { EtcdClient, KeyRange, RangeChanges } from './client.ts'

/** What is known of a range of keys, as of one revision of the store. */
export interface Known<T> {
  readonly revision: string
  readonly entries: ReadonlyMap<string, T>
  /** The same in order of key. */
  readonly values: readonly T[]
}

/** What is known after `changes` since `before`; undefined when it can't be told from them: a key is gone, or the store is another one. */
export function learn<T>(before: Known<T> | undefined, changes: RangeChanges, parse: (value: string) => T): Known<T> | undefined {
  if (before !== undefined && BigInt(changes.revision) < BigInt(before.revision)) return undefined
  if (before !== undefined && changes.changed.length === 0 && changes.count === before.entries.size) return { ...before, revision: changes.revision }
  const entries = new Map(before?.entries)
  for (const { key, value } of changes.changed) entries.set(key, parse(value))
  // Every key that is there is among these; so when there are as many, they are the same.
  if (entries.size !== changes.count) return undefined
  const values = [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value)
  return { revision: changes.revision, entries, values }
}

/** Each call is one linearizable read; its answer is the same array while nothing changes. Throws what etcd's client throws. */
export function follow<T>(etcd: Pick<EtcdClient, 'changes'>, range: KeyRange, parse: (value: string) => T): () => Promise<readonly T[]> {
  let known: Known<T> | undefined
  return async () => {
    const before = known
    const after = learn(before, await etcd.changes(range, before?.revision), parse) ?? learn(undefined, await etcd.changes(range), parse)
    if (after === undefined) throw new Error('etcd counts other keys than it sends')
    known = after
    return after.values
  }
}
