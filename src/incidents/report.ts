/** Pure: an incident as lines for a reader: what was when, and what it rests on. Terminal and Markdown differ only in dress. */
import { gapMs } from './gap.ts'
import type { Entry, Evidence, Gap, Incident } from './incident.ts'
import { formatSpan } from './words.ts'

export interface TimelineRow {
  /** Seconds since the first sign: `+1.3 s`. */
  readonly since: string
  readonly kind: string
  readonly machine: string
  readonly text: string
}

export const OUTCOMES: Readonly<Record<Incident['outcome'], string>> = {
  open: 'open: Regrow is at it',
  'needs-you': 'needs you',
  healed: 'healed, no action needed',
  passed: 'passed: it came back by itself',
}

export const lastedMs = (incident: Incident, nowMs: number): number => (incident.closedMs ?? nowMs) - incident.openedMs

/** The first sign itself may be older than the event that told of it. */
export function timelineRows(incident: Incident): readonly TimelineRow[] {
  const first: TimelineRow[] = firstMs(incident) > incident.openedMs ? [{ since: '+0.0 s', kind: 'first sign', machine: incident.machines[0] ?? '', text: 'The first poll that got no answer.' }] : []
  return [...first, ...incident.timeline.map((entry) => ({ since: since(incident, entry.atMs), kind: entry.kind, machine: entry.machine ?? '', text: entry.text + repeated(incident, entry) }))]
}

const firstMs = (incident: Incident): number => incident.timeline[0]?.atMs ?? incident.openedMs
const since = (incident: Incident, atMs: number): string => `+${((atMs - incident.openedMs) / 1000).toFixed(1)} s`
const repeated = (incident: Incident, entry: Entry): string => (entry.times === 1 ? '' : ` (${entry.times} times, the last at ${since(incident, entry.lastMs)})`)

/** What the figure is, and what it is not. */
export const gapSentence = (gap: Gap): string =>
  `about ${formatSpan(gapMs(gap))} without a database primary: from the first sign that ${gap.from} was gone until the controller saw ${gap.to} lead. Seen from the controller; what a client noticed, a drill measures.`

/** One line each: `db-2 silent: observers {…}`. Nested values are JSON. */
export const evidenceLines = ({ facts }: Evidence): readonly (readonly [string, string])[] =>
  Object.entries(facts).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)] as const)
