/** Turns what rules and guards say of a machine into sentences: what is known, what was decided, what would have to change. */
import type { WhyAnswer } from '../controller/api.ts'
import type { MachineView } from '../decide/world.ts'
import type { Why } from '../decide/why.ts'
import { describeProblem, explain } from './explain.ts'
import { remedyOf } from './remedy.ts'

export function tellWhy(why: Why): WhyAnswer {
  const { verdict } = why
  return {
    machine: why.machine,
    facts: factLines(why),
    verdict: verdict === null ? null : { kind: verdict.kind, rule: verdict.rule, reason: verdict.reason, sentence: explain(verdict.reason) },
    remedy: verdict?.kind === 'hold' ? remedyOf(verdict.reason) : null,
    rules: why.rules.map(({ rule, decision }) => ({ rule, kind: decision?.kind ?? 'silent', sentence: decision === null ? null : explain(decision.reason) })),
    guards: why.guards.map(({ guard, objection }) => ({
      guard,
      refuses: objection !== null,
      sentence: objection === null ? null : explain(objection),
      remedy: objection === null ? null : remedyOf(objection),
    })),
  }
}

function factLines({ view, problems, hints, pauses }: Why): readonly string[] {
  return [
    `phase: ${view.record?.phase ?? 'absent'}${view.inFlight ? ', an action on it is under way' : ''}`,
    ...observationLines(view),
    ...(problems.length === 0 ? ['problems: none'] : problems.map((problem) => `problem: ${describeProblem(problem)}`)),
    ...(view.facts?.drift?.items ?? []).map((item) => `drift: ${item.kind} ${item.what} ${item.change}`),
    ...(view.record?.attempts ?? []).map((attempt) => `tried: ${attempt.step}${attempt.unit === null ? '' : ` ${attempt.unit}`} at ${new Date(attempt.atMs).toISOString()}`),
    `replacements so far: ${view.record?.replacedAtMs.length ?? 0}`,
    ...hints.map((hint) => `hint: ${hint.source} says ${hint.reason}${hint.evidence === '' ? '' : ` (${hint.evidence})`}`),
    ...pauses.map((pause) => `paused until ${new Date(pause.untilMs).toISOString()} by ${pause.by}: ${pause.reason}`),
  ]
}

function observationLines(view: MachineView): readonly string[] {
  if (view.silentSinceMs === null) return [view.facts === null ? 'facts: not seen yet' : `facts: answered, up for ${view.facts.uptimeS} s, manifest ${view.facts.revision ?? 'none'}`]
  const said = view.observations.map((one) => `${one.observer}: ${one.outcome}`)
  return [`silent since ${new Date(view.silentSinceMs).toISOString()}`, `other machines' probes: ${said.length === 0 ? 'none could be asked' : said.join(', ')}`]
}
