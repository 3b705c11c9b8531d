/** Pure: where the time went, from the controller's events and the machines' journals. */
import type { StackEvent } from '../../src/controller/api.ts'

export interface Step {
  readonly what: string
  /** Milliseconds since the fault. */
  readonly atMs: number
}

const EVENTS: Readonly<Partial<Record<StackEvent['kind'], string>>> = {
  'lock-revoked': 'lock revoked',
  'failed-over': 'controller sees the new leader',
  fenced: 'standby fenced off',
  'switched-over': 'switchover done',
}

/** Patroni 4.0.7, PostgreSQL 17, keepalived 2.3.3. */
const JOURNAL: readonly (readonly [RegExp, string])[] = [
  [/promoted self to leader by acquiring session lock/, 'Patroni has the lock'],
  [/received promote request/, 'PostgreSQL is told to promote'],
  [/database system is ready to accept connections/, 'PostgreSQL takes writes'],
  [/\(database\) Entering MASTER STATE/, 'keepalived has the address'],
]

export function eventSteps(events: readonly StackEvent[], faultMs: number): Step[] {
  return events.flatMap(({ kind, atMs }) => (EVENTS[kind] === undefined ? [] : [{ what: EVENTS[kind], atMs: Math.round(atMs - faultMs) }]))
}

/** Lines of `journalctl -o short-unix`: seconds since 1970 come first. */
export function journalSteps(lines: readonly string[], faultMs: number): Step[] {
  return lines.flatMap((line) => {
    const what = JOURNAL.find(([pattern]) => pattern.test(line))?.[1]
    return what === undefined ? [] : [{ what, atMs: Math.round(Number(line.split(' ', 1)[0]) * 1000 - faultMs) }]
  })
}

interface FailOverNote {
  readonly fenceMs: number
  readonly powerOffMs: number
  readonly revokeMs: number
}

/** The controller says how long each step took; the last of them ended when the lock was revoked. */
export function noteSteps(line: string | undefined, revoked: Step | undefined): Step[] {
  if (line === undefined || revoked === undefined) return []
  const { fenceMs, powerOffMs, revokeMs } = JSON.parse(line) as FailOverNote
  const poweredMs = revoked.atMs - revokeMs
  const fencedMs = poweredMs - powerOffMs
  return [{ what: 'taken for dead', atMs: fencedMs - fenceMs }, { what: 'fenced off', atMs: fencedMs }, { what: 'powered off', atMs: poweredMs }]
}

/** In time; of each kind the first after the fault. */
export function ordered(steps: readonly Step[], untilMs: number): Step[] {
  const within = steps.filter(({ atMs }) => atMs >= 0 && atMs <= untilMs).toSorted((a, b) => a.atMs - b.atMs)
  return within.filter(({ what }, index) => within.findIndex((step) => step.what === what) === index)
}

/** When the longest gap ended: the first write after it, before `untilMs`. */
export function gapEnd(okMs: readonly number[], fromMs: number, untilMs: number): number | null {
  let previous = fromMs
  let longest = -1
  let end: number | null = null
  for (const at of okMs) {
    if (at >= untilMs) break
    if (at > fromMs && at - previous > longest) [longest, end] = [at - previous, at]
    previous = at
  }
  return end
}
