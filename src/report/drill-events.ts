/** Reads a drill's timeline from the controller's events; pure. */
import type { StackEvent } from '../controller/api.ts'

/** Milliseconds since the break, of the last target to get there; null: it did not happen. */
export interface DrillTimes {
  /** The controller noticed (by the event that the drill names). */
  readonly detectedMs: number | null
  /** Two observers agreed for as long as it takes. */
  readonly confirmedMs: number | null
  /** It was decided that the machine is replaced. */
  readonly decidedMs: number | null
  /** The machine was a full member again. */
  readonly replacedMs: number | null
  /** Everything was healthy and redundant, after all that was done. */
  readonly redundantMs: number | null
  /** From the decision to a full member; the slowest target's. */
  readonly replacementMs: number | null
}

export interface Heard {
  /** Those that are to be replaced, or were to be left alone. */
  readonly targets: readonly string[]
  readonly replaced: 'targets' | 'nobody'
  readonly noticedBy: StackEvent['kind'] | null
  /** Moment of the break on the controller's clock. */
  readonly brokeMs: number
  /** Oldest first. */
  readonly events: readonly StackEvent[]
  /** When a status first said that the new machines are healthy members (null: never), and that the stack has converged. */
  readonly seenMemberMs: number | null
  readonly seenConvergedMs: number | null
}

/** Events are exact; where there are none (the controller was the one to die) what was seen from outside stands in. */
export function drillTimes({ targets, replaced, noticedBy, brokeMs, events, seenMemberMs, seenConvergedMs }: Heard): DrillTimes {
  const first = (kind: StackEvent['kind'], machine: string | null, notBefore = brokeMs): number | null =>
    events.find((event) => event.kind === kind && event.atMs >= notBefore && (machine === null || event.machine === machine))?.atMs ?? null
  const sinceBreak = (at: number | null): number | null => (at === null ? null : Math.round(at - brokeMs))
  const each = (kind: StackEvent['kind']): number | null => latest(targets.map((machine) => first(kind, machine)))

  const decided = targets.map((machine) => first('decided', machine))
  const members = targets.map((machine, index) => {
    const at = decided[index] ?? null
    return at === null ? null : (first('member', machine, at) ?? seenMemberMs)
  })
  const member = latest(members)
  const whole = member === null ? null : (first('redundant', null, member) ?? first('converged', null, member) ?? seenConvergedMs)
  return {
    detectedMs: noticedBy === null ? null : sinceBreak(each(noticedBy)),
    confirmedMs: sinceBreak(each('confirmed')),
    decidedMs: sinceBreak(latest(decided)),
    replacedMs: sinceBreak(member),
    redundantMs: sinceBreak(replaced === 'targets' ? whole : seenConvergedMs),
    replacementMs: latest(members.map((at, index) => (at === null ? null : Math.round(at - (decided[index] ?? at))))),
  }
}

/** Null when one of them is missing, or all are. */
function latest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null)
  return known.length === 0 || known.length < times.length ? null : Math.max(...known)
}
