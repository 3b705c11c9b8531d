/** Pure: adds an event to a timeline and to the evidence, both of bounded size. */
import type { StackEvent } from '../controller/api.ts'
import type { Entry, Evidence, Incident } from './incident.ts'

/** A round of a flapping link is silent, back, redundant, sometimes with a hold between. */
const LOOK_BACK = 4
const ENTRIES_MAX = 250
const EVIDENCE_MAX = 20
const EVIDENCE_CHARACTERS_MAX = 4000

/** Sentences that differ in their durations alone say the same. */
export const withoutNumbers = (text: string): string => text.replaceAll(/\d+(?:\.\d+)? s\b/g, '… s')

type Bounded = Pick<Incident, 'timeline' | 'omitted'>

export function addEntry({ timeline, omitted }: Bounded, event: StackEvent): Bounded {
  const same = timeline.findLastIndex((entry, index) =>
    index >= timeline.length - LOOK_BACK && entry.kind === event.kind && entry.machine === event.machine && withoutNumbers(entry.text) === withoutNumbers(event.text))
  if (same >= 0) return { timeline: timeline.with(same, repeated(timeline[same] as Entry, event)), omitted }
  if (timeline.length >= ENTRIES_MAX) return { timeline, omitted: omitted + 1 }
  const { number, atMs, kind, machine, text } = event
  return { timeline: [...timeline, { event: number, atMs, kind, machine, text, times: 1, lastMs: atMs }], omitted }
}

const repeated = (entry: Entry, event: StackEvent): Entry => ({ ...entry, times: entry.times + 1, lastMs: event.atMs })

/** The first ones are kept: they were seen while the machine still was what it was. */
export function addEvidence(evidence: readonly Evidence[], event: StackEvent): readonly Evidence[] {
  if (event.evidence === undefined || evidence.length >= EVIDENCE_MAX) return evidence
  const text = JSON.stringify(event.evidence)
  if (evidence.some((known) => known.kind === event.kind && known.machine === event.machine && JSON.stringify(known.facts) === text)) return evidence
  const facts = text.length <= EVIDENCE_CHARACTERS_MAX ? event.evidence : { cut: text.slice(0, EVIDENCE_CHARACTERS_MAX) }
  return [...evidence, { event: event.number, kind: event.kind, machine: event.machine, facts }]
}
