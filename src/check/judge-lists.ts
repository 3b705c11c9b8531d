/** Lists as they were read, against what they became and against what was known before; pure. */
import type { FinalState, ListOperation } from './history.ts'
import { judgePresence, type Presence } from './judge-presence.ts'
import type { Violation } from './report.ts'

type Acknowledged = ListOperation & { readonly outcome: 'ok' }

/** From `atMs` on everybody may know that the list is at least that long. */
interface Known {
  readonly atMs: number
  readonly length: number
  readonly by: ListOperation
}

interface ListRead {
  readonly by: ListOperation
  readonly key: number
  readonly values: readonly number[]
}

export function judgeLists(operations: readonly ListOperation[], lists: FinalState['lists']): Presence {
  const final = new Map(lists.map(({ key, values }) => [key, values]))
  const attempted = operations.flatMap((by) => by.appends.map(({ value }) => ({ id: value, by })))
  const presence = judgePresence('lists', attempted, lists.flatMap(({ values }) => values))
  const acknowledged = operations.filter((operation): operation is Acknowledged => operation.outcome === 'ok')
  return { ...presence, violations: [...presence.violations, ...misplaced(operations, final), ...judgeReads(acknowledged, final)] }
}

/** A value in another list than the one that it was appended to. */
function misplaced(operations: readonly ListOperation[], final: ReadonlyMap<number, readonly number[]>): Violation[] {
  const keyOf = new Map(operations.flatMap((by) => by.appends.map(({ key, value }) => [value, { key, by }] as const)))
  const found: Violation[] = []
  for (const [key, values] of final) {
    for (const value of values) {
      const meant = keyOf.get(value)
      if (meant !== undefined && meant.key !== key) found.push({ kind: 'phantom', workload: 'lists', detail: { id: value, key, appendedTo: meant.key }, evidence: [meant.by] })
    }
  }
  return found
}

function judgeReads(operations: readonly Acknowledged[], final: ReadonlyMap<number, readonly number[]>): Violation[] {
  const positions = new Map([...final].flatMap(([, values]) => values.map((value, index) => [value, index] as const)))
  const reads = new Map<number, ListRead[]>()
  const known = new Map<number, Known[]>()
  const violations: Violation[] = []
  for (const by of operations) {
    for (const { key, values } of by.reads) {
      const differs = firstDifference(values, final.get(key) ?? [])
      if (differs === null) {
        add(reads, key, { by, key, values })
        add(known, key, { atMs: by.endMs, length: values.length, by })
      } else {
        violations.push({ kind: 'diverged-read', workload: 'lists', detail: { key, position: differs, read: values[differs] ?? null, became: final.get(key)?.[differs] ?? null }, evidence: [by] })
      }
    }
    for (const { key, value } of by.appends) {
      const position = positions.get(value)
      if (position !== undefined) add(known, key, { atMs: by.endMs, length: position + 1, by })
    }
  }
  for (const [key, ofKey] of reads) violations.push(...staleReads(ofKey, known.get(key) ?? []))
  return violations
}

/** Null when the first list is a beginning of the second. */
function firstDifference(values: readonly number[], whole: readonly number[]): number | null {
  const index = values.findIndex((value, position) => whole[position] !== value)
  return index === -1 ? null : index
}

/** Only what had ended before the read was sent counts: what overlaps may come in either order. */
function staleReads(reads: readonly ListRead[], known: readonly Known[]): Violation[] {
  const ended = known.toSorted((a, b) => a.atMs - b.atMs)
  const found: Violation[] = []
  let next = 0
  let longest: Known | undefined
  for (const { by, key, values } of reads.toSorted((a, b) => a.by.startMs - b.by.startMs)) {
    for (let fact = ended[next]; fact !== undefined && fact.atMs < by.startMs; fact = ended[next]) {
      if (longest === undefined || fact.length > longest.length) longest = fact
      next += 1
    }
    if (longest !== undefined && values.length < longest.length) {
      found.push({ kind: 'stale-read', workload: 'lists', detail: { key, read: values.length, known: longest.length, lateMs: by.startMs - longest.atMs }, evidence: [longest.by, by] })
    }
  }
  return found
}

function add<T>(map: Map<number, T[]>, key: number, value: T): void {
  const values = map.get(key)
  if (values === undefined) map.set(key, [value])
  else values.push(value)
}
