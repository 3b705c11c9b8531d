/** Pure: a difference counts when two looks in a row found it, so that a file in passing replaces no machine. */
import type { DriftItem } from '../api.ts'
import type { Finding } from './finding.ts'

interface Sight {
  readonly item: DriftItem
  readonly confirmed: boolean
}

/** What is known so far, by kind, thing and change. */
export type Sights = ReadonlyMap<string, Sight>

export const ITEMS_MAX = 100
const WHAT_MAX = 200

export function afterLook(before: Sights, findings: readonly Finding[], nowMs: number): Sights {
  return new Map(findings.map(({ kind, what, change }) => {
    const key = `${kind} ${change} ${what}`
    const seen = before.get(key)
    return [key, seen === undefined ? { item: { kind, what: what.slice(0, WHAT_MAX), change, sinceMs: nowMs }, confirmed: false } : { ...seen, confirmed: true }]
  }))
}

export const hasUnconfirmed = (sights: Sights): boolean => [...sights.values()].some(({ confirmed }) => !confirmed)

/** The oldest first, and at most `ITEMS_MAX`. */
export const confirmedItems = (...all: readonly Sights[]): readonly DriftItem[] =>
  all.flatMap((sights) => [...sights.values()]).filter(({ confirmed }) => confirmed).map(({ item }) => item)
    .sort((a, b) => a.sinceMs - b.sinceMs).slice(0, ITEMS_MAX)
