/** Pure: a fold over the diary. An event that was folded in before changes nothing, so a new controller just goes on. */
import type { StackEvent } from '../controller/api.ts'
import { gapOf } from './gap.ts'
import { isOpen, type Book, type Fault, type Incident, type Need } from './incident.ts'
import { curedBy, isBystander, isEnd, isFault, isProgress, isQuietEnd, isStep } from './signs.ts'
import { addEntry, addEvidence, withoutNumbers } from './timeline.ts'

/** A fault that passed by itself and comes again on the same machine within this time is the same incident: a flapping link is one. */
export const FLAPPING_MS = 600_000
export const INCIDENTS_KEPT = 200

export function fold(book: Book, event: StackEvent): Book {
  if (event.number <= book.lastEvent) return book
  const known = { ...followLeader(book, event), lastEvent: event.number }
  const current = known.incidents.findLast(isOpen)
  if (current !== undefined) return put(known, absorb(current, event, known))
  if (!isFault(event.kind)) return known
  const flapping = known.incidents.findLast((one) =>
    one.outcome === 'passed' && one.closedMs !== null && one.closedMs >= event.atMs - FLAPPING_MS && one.faults.some((fault) => fault.kind === event.kind && fault.machine === event.machine))
  return put(known, absorb(flapping === undefined ? openIncident(known, event) : { ...flapping, closedMs: null, outcome: 'open' }, event, known))
}

const followLeader = (book: Book, event: StackEvent): Book => {
  if (event.kind !== 'leader-changed' || event.machine === null || event.machine === book.leader) return book
  return { ...book, leader: event.machine, change: book.leader === null ? null : { from: book.leader, to: event.machine, atMs: event.atMs } }
}

/** For a silent machine the event says since when: two polls have failed by then. */
function sinceMs(event: StackEvent): number {
  const since = event.evidence?.['silentSinceMs']
  return typeof since === 'number' ? Math.min(since, event.atMs) : event.atMs
}

const openIncident = (book: Book, event: StackEvent): Incident => ({
  number: (book.incidents.at(-1)?.number ?? 0) + 1,
  openedMs: sinceMs(event),
  closedMs: null,
  outcome: 'open',
  title: event.text,
  machines: [],
  faults: [],
  timeline: [],
  omitted: 0,
  evidence: [],
  needs: [],
  gap: null,
  steps: 0,
  lastEvent: event.number,
})

function absorb(incident: Incident, event: StackEvent, book: Book): Incident {
  const grown: Incident = {
    ...incident,
    ...addEntry(incident, event),
    machines: event.machine === null || isBystander(event.kind) || incident.machines.includes(event.machine) ? incident.machines : [...incident.machines, event.machine],
    faults: nextFaults(incident.faults, event),
    evidence: addEvidence(incident.evidence, event),
    needs: nextNeeds(incident.needs, event),
    steps: incident.steps + (isStep(event.kind) ? 1 : 0),
    lastEvent: event.number,
  }
  const judged = { ...grown, gap: gapOf(grown, book.change), outcome: grown.needs.some((need) => need.endedMs === null) ? 'needs-you' : 'open' } as const
  return isEnd(event.kind) || (isQuietEnd(event.kind) && judged.steps === 0 && judged.faults.every((fault) => fault.endedMs !== null)) ? close(judged, event.atMs) : judged
}

function nextFaults(faults: readonly Fault[], event: StackEvent): readonly Fault[] {
  const cured = curedBy(event.kind)
  const left = faults.map((fault) => (fault.endedMs === null && fault.machine === event.machine && cured.includes(fault.kind) ? { ...fault, endedMs: event.atMs } : fault))
  if (!isFault(event.kind) || left.some((fault) => fault.endedMs === null && fault.kind === event.kind && fault.machine === event.machine)) return left
  const fault: Fault = { kind: event.kind, machine: event.machine, sinceMs: sinceMs(event), endedMs: null }
  // A fault that comes and goes is one line with its newest span: the timeline counts how often.
  return [...left.filter((one) => one.endedMs === null || one.kind !== event.kind || one.machine !== event.machine), fault]
}

function nextNeeds(needs: readonly Need[], event: StackEvent): readonly Need[] {
  const { kind, machine, atMs, text } = event
  const ended = isProgress(kind) ? needs.map((need) => (need.endedMs === null && (need.machine === null || need.machine === machine) ? { ...need, endedMs: atMs } : need)) : needs
  if (event.needsHuman !== true) return ended
  const told = event.evidence?.['code']
  const code = typeof told === 'string' ? told : kind
  const key = `${code} ${machine ?? withoutNumbers(text)}`
  const before = ended.find((need) => need.key === key)
  if (before === undefined) return [...ended, { key, code, machine, text, sinceMs: atMs, endedMs: null }]
  return ended.map((need) => (need === before ? { ...need, text, endedMs: null } : need))
}

const close = (incident: Incident, atMs: number): Incident => ({
  ...incident,
  closedMs: atMs,
  outcome: incident.steps > 0 ? 'healed' : 'passed',
  faults: incident.faults.map((fault) => ({ ...fault, endedMs: fault.endedMs ?? atMs })),
  needs: incident.needs.map((need) => ({ ...need, endedMs: need.endedMs ?? atMs })),
})

const put = (book: Book, incident: Incident): Book => {
  const others = book.incidents.filter((one) => one.number !== incident.number)
  return { ...book, incidents: [...others, incident].toSorted((a, b) => a.number - b.number).slice(-INCIDENTS_KEPT) }
}

/**
 * The book of a controller that begins to act: what was kept, and the diary's events that are newer. Numbers above the
 * diary's last one were never kept, and will be given again.
 */
export function resume(incidents: readonly Incident[], events: readonly StackEvent[]): Book {
  const lastEvent = Math.min(Math.max(0, ...incidents.map((incident) => incident.lastEvent)), events.at(-1)?.number ?? 0)
  const known = events.filter((event) => event.number <= lastEvent)
  const leaders = known.reduce<Book>(followLeader, { incidents: [], leader: null, change: null, lastEvent: 0 })
  const start: Book = { ...leaders, incidents: incidents.toSorted((a, b) => a.number - b.number), lastEvent }
  return events.reduce(fold, start)
}
