/** Pure: an incident as lines for a reader: what was when, and what it rests on. Terminal and Markdown differ only in dress. */
import { gapMs } from './gap.ts'
import type { Entry, Evidence, Gap, Incident } from './incident.ts'
import { formatSpan, formatTime } from './words.ts'

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

/** Names and values to read. A group of facts, such as the last ones of a machine, is a line for each: `lastFacts.uptimeS`. */
export const evidenceLines = ({ facts }: Evidence): readonly (readonly [string, string])[] =>
  Object.entries(facts).flatMap(([key, value]) => (isGroup(value) && key === 'lastFacts'
    ? Object.entries(value).map(([name, inner]) => [`${key}.${name}`, readable(name, inner)] as const)
    : [[key, readable(key, value)] as const]))

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Later than 2001, in ms: a moment and no span. */
const MOMENT_MS = 1e12

function readable(key: string, value: unknown): string {
  if (typeof value === 'number' && key.endsWith('Ms')) return value > MOMENT_MS ? formatTime(value) : formatSpan(value)
  if (typeof value === 'number' && key.endsWith('S')) return formatSpan(value * 1000)
  if (typeof value === 'number' && key.endsWith('Bytes')) return `${Math.round(value / 1024 ** 2)} MiB`
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(', ')
  if (isGroup(value) && Object.values(value).every((one) => !isGroup(one) && !Array.isArray(one))) {
    return Object.entries(value).map(([name, inner]) => `${name} ${typeof inner === 'string' ? inner : readable(name, inner)}`).join(', ')
  }
  return typeof value === 'string' ? value : JSON.stringify(value)
}
