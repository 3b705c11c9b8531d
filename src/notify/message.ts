/** Pure: what people are told. "Healed, no action needed" and "needs you" must be told apart at a glance. */
import { gapMs } from '../incidents/gap.ts'
import { lastMs, type Incident } from '../incidents/incident.ts'
import { isStep } from '../incidents/signs.ts'
import { formatSpan, formatTime } from '../incidents/words.ts'
import { adviceFor, commandLine } from './advice.ts'
import type { Notice } from './due.ts'

export interface Message {
  readonly kind: 'healed' | 'needs-you' | 'test'
  readonly stack: string
  readonly environment: string
  /** Null for a test. */
  readonly incident: number | null
  readonly title: string
  readonly text: string
  readonly machines: readonly string[]
  readonly atMs: number
  /** How long the fault lasted, or has lasted. */
  readonly durationMs: number | null
  readonly gapMs: number | null
  /** Commands to type, most useful first; empty when nothing is to be done. */
  readonly next: readonly string[]
}

export interface Origin {
  readonly stack: string
  readonly environment: string
}

const STEPS_MAX = 12

export function messageFor(notice: Notice, incident: Incident, origin: Origin, nowMs: number): Message {
  return notice.kind === 'healed' ? healed(incident, origin, nowMs) : needsYou(notice, incident, origin, nowMs)
}

function healed(incident: Incident, origin: Origin, nowMs: number): Message {
  const closedMs = incident.closedMs ?? nowMs
  const steps = incident.timeline.filter((entry) => isStep(entry.kind)).map((entry) => `- ${entry.text}`)
  const details = commandLine(`regrow incident ${incident.number}`, origin)
  return {
    ...facts('healed', incident, origin, nowMs),
    title: `[${origin.stack}] ${incident.outcome === 'passed' ? 'over' : 'healed'}, no action needed: ${incident.title}`,
    text: [
      `${origin.stack} (${origin.environment}) was hurt, and is healthy and redundant again. No action is needed.`,
      '',
      `What broke: ${incident.title}`,
      `Machines: ${incident.machines.join(', ') || 'none'}`,
      `From ${formatTime(incident.openedMs)} to ${formatTime(closedMs)}: ${formatSpan(closedMs - incident.openedMs)}`,
      ...(incident.gap === null ? [] : [`No database primary for about ${formatSpan(gapMs(incident.gap))} (${incident.gap.from} to ${incident.gap.to})`]),
      ...(steps.length === 0 ? ['What was done: nothing; it came back by itself.'] : ['What was done:', ...steps.slice(0, STEPS_MAX), ...(steps.length > STEPS_MAX ? [`- and ${steps.length - STEPS_MAX} more`] : [])]),
      '',
      `All of it: ${details}`,
    ].join('\n'),
    durationMs: closedMs - incident.openedMs,
    next: [],
  }
}

function needsYou(notice: Notice & { kind: 'needs-you' }, incident: Incident, origin: Origin, nowMs: number): Message {
  const { need } = notice
  const reason = need?.text ?? `${incident.title} Nothing has got further for ${formatSpan(nowMs - lastMs(incident))}.`
  const next = adviceFor(need, incident).map((command) => commandLine(command, origin))
  return {
    ...facts('needs-you', incident, origin, nowMs),
    title: `[${origin.stack}] needs you${notice.reminder ? ' (still)' : ''}: ${reason}`,
    text: [
      `${origin.stack} (${origin.environment}) needs you. It does not heal this by itself:`,
      '',
      reason,
      '',
      `Since ${formatTime(need?.sinceMs ?? incident.openedMs)} (${formatSpan(nowMs - (need?.sinceMs ?? incident.openedMs))}), incident ${incident.number}: ${incident.title}`,
      'What to type:',
      ...next.map((command) => `  ${command}`),
      ...(notice.reminder ? ['', 'This is a reminder; the next one comes in a day.'] : []),
    ].join('\n'),
    durationMs: nowMs - incident.openedMs,
    next,
  }
}

const facts = (kind: Message['kind'], incident: Incident, { stack, environment }: Origin, nowMs: number) =>
  ({ kind, stack, environment, incident: incident.number, machines: incident.machines, atMs: nowMs, gapMs: incident.gap === null ? null : gapMs(incident.gap) })

export function testMessage({ stack, environment }: Origin, nowMs: number): Message {
  return {
    kind: 'test', stack, environment, incident: null, machines: [], atMs: nowMs, durationMs: null, gapMs: null, next: [],
    title: `[${stack}] a test message`,
    text: `This is a test message of ${stack} (${environment}), sent by its acting controller. No action is needed.`,
  }
}
