/** Reads a drill's timeline from the controller's events; pure. */
import type { StackEvent } from '../controller/api.ts'

/** Milliseconds since the break; null: it did not happen. */
export interface DrillTimes {
  /** The controller noticed that the machine is silent. */
  readonly detectedMs: number | null
  /** It was decided that the machine is replaced. */
  readonly decidedMs: number | null
  /** The machine was a full member again. */
  readonly replacedMs: number | null
  /** Everything was healthy and redundant again. */
  readonly redundantMs: number | null
}

export interface Heard {
  readonly target: string
  /** Moment of the break on the controller's clock. */
  readonly brokeMs: number
  /** Only those that came after the break, oldest first. */
  readonly events: readonly StackEvent[]
  /** When an operator asked for the replacement; null when it was left to the controller. Stands in for a decision that nobody wrote down. */
  readonly askedMs: number | null
  /** When a status first said that the new machine is a healthy member, and that the stack has converged with it. */
  readonly seenMemberMs: number | null
  readonly seenConvergedMs: number | null
}

/** Events are exact; where there are none (the controller was the one to die) what was seen from outside stands in. */
export function drillTimes({ target, brokeMs, events, askedMs, seenMemberMs, seenConvergedMs }: Heard): DrillTimes {
  const first = (kind: StackEvent['kind'], machine: string | null, notBefore = brokeMs): number | null =>
    events.find((event) => event.kind === kind && event.atMs >= notBefore && (machine === null || event.machine === machine))?.atMs ?? null
  const sinceBreak = (at: number | null): number | null => (at === null ? null : Math.round(at - brokeMs))

  const decided = first('decided', target) ?? askedMs
  const member = decided === null ? null : (first('member', target, decided) ?? seenMemberMs)
  const redundant = member === null ? null : (first('redundant', null, member) ?? first('converged', null, member) ?? seenConvergedMs)
  return {
    detectedMs: sinceBreak(first('silent', target)),
    decidedMs: sinceBreak(decided),
    replacedMs: sinceBreak(member),
    redundantMs: sinceBreak(redundant),
  }
}
