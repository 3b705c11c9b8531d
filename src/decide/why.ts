/** Pure: everything that the rules and guards say of one machine, for people who ask why. */
import type { Decision } from './decision.ts'
import { GUARDS, objections, replaceGuardsOf, type GuardName, type Guards } from './guards.ts'
import { problemsOf } from './health.ts'
import type { Problem } from './problem.ts'
import type { Reason } from './reason.ts'
import { decide, RULES } from './decide.ts'
import type { Hint, MachineView, Pause, World } from './world.ts'

export interface Why {
  readonly machine: string
  readonly view: MachineView
  readonly problems: readonly Problem[]
  /** What this round's decision about it is; null: nothing is to be done about it. */
  readonly verdict: Decision | null
  /** Every rule in order, with what it would say of this machine if it were asked alone. */
  readonly rules: readonly { readonly rule: string; readonly tier: string; readonly decision: Decision | null }[]
  /** Every guard of a replacement in order; null: no objection. */
  readonly guards: readonly { readonly guard: GuardName; readonly objection: Reason | null }[]
  readonly pauses: readonly Pause[]
  readonly hints: readonly Hint[]
}

/** Undefined when the stack has no such machine. */
export function whyOf(name: string, world: World, guards: Guards = GUARDS): Why | undefined {
  const view = world.machines.find((one) => one.name === name)
  if (view === undefined) return undefined
  const about = (decisions: readonly Decision[]): Decision | null => decisions.find((decision) => isAbout(decision, name)) ?? null
  const known = world.plan !== null && world.etcd.available
  return {
    machine: name,
    view,
    problems: problemsOf(view, world),
    verdict: about(decide(world, guards)),
    rules: RULES.map(({ name: rule, tier, rule: ask }) => ({ rule, tier, decision: known ? about(ask(world, guards)) : null })),
    guards: replaceGuardsOf(view).map((guard) => ({ guard, objection: objections([guard], view, world, guards)[0]?.reason ?? null })),
    pauses: world.pauses.filter((pause) => pause.machine === null || pause.machine === name),
    hints: world.hints.filter((hint) => hint.machine === name),
  }
}

const isAbout = (decision: Decision, name: string): boolean =>
  ('machine' in decision.reason && decision.reason.machine === name)
  || ('machines' in decision.reason && decision.reason.machines.includes(name))
  || ('silent' in decision.reason && decision.reason.silent.includes(name))
  || (decision.kind === 'act' && decision.actions.some((action) => action.kind !== 'create' && action.machine === name))
