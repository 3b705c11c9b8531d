/** Pure: adds an event to a timeline and to the evidence, both of bounded size. */
import type { StackEvent } from '../controller/api.ts'
import type { Entry, Evidence, Incident } from './incident.ts'
import { isStep } from './signs.ts'

/** A round of a flapping link is silent, back, redundant, with holds between. */
const LOOK_BACK = 8
const ENTRIES_MAX = 250
const EVIDENCE_MAX = 20
const EVIDENCE_CHARACTERS_MAX = 4000

/** Sentences that differ in their durations alone say the same. */
export const withoutNumbers = (text: string): string => text.replaceAll(/\d+(?:\.\d+)? s\b/g, '… s')

type Bounded = Pick<Incident, 'timeline' | 'omitted'>

/** Steps are never drawn together: their order is the story. */
export function addEntry({ timeline, omitted }: Bounded, event: StackEvent): Bounded {
  const same = timeline.findLastIndex((entry, index) =>
    !isStep(event.kind) && index >= timeline.length - LOOK_BACK && entry.kind === event.kind && entry.machine === event.machine && withoutNumbers(entry.text) === withoutNumbers(event.text))
  if (same >= 0) return { timeline: timeline.with(same, repeated(timeline[same] as Entry, event)), omitted }
  if (timeline.length >= ENTRIES_MAX) return { timeline, omitted: omitted + 1 }
  const { number, atMs, kind, machine, text } = event
  return { timeline: [...timeline, { event: number, atMs, kind, machine, text, times: 1, lastMs: atMs }], omitted }
}

const repeated = (entry: Entry, event: StackEvent): Entry => ({ ...entry, times: entry.times + 1, lastMs: event.atMs })

/** The first ones are kept: they were seen while the machine still was what it was. Later ones add what is new. */
export function addEvidence(evidence: readonly Evidence[], event: StackEvent): readonly Evidence[] {
  if (event.evidence === undefined || evidence.length >= EVIDENCE_MAX) return evidence
  const known = evidence.filter(({ machine }) => machine === event.machine).map(({ facts }) => facts)
  const fresh = Object.entries(event.evidence).filter(([key, value]) => key !== 'machine' && !known.some((facts) => JSON.stringify(facts[key]) === JSON.stringify(value)))
  if (fresh.length === 0) return evidence
  const text = JSON.stringify(Object.fromEntries(fresh))
  const facts = text.length <= EVIDENCE_CHARACTERS_MAX ? Object.fromEntries(fresh) : { cut: text.slice(0, EVIDENCE_CHARACTERS_MAX) }
  return [...evidence, { event: event.number, kind: event.kind, machine: event.machine, facts }]
}
