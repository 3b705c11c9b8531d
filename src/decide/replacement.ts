/** Pure: a replacement within its guards, and what must come first: the primary hands over, the controller moves away. */
import { act, hold, type Decision } from './decision.ts'
import { heirOf } from './eligible.ts'
import { objections, replaceGuardsOf, type GuardName, type Guards } from './guards.ts'
import type { Cause, Reason } from './reason.ts'
import { successorOf } from './succession.ts'
import type { MachineView, World } from './world.ts'

export interface Wish {
  readonly rule: string
  readonly cause: Cause
  /** Beside those of any replacement. */
  readonly more?: readonly GuardName[]
  /** Codes of objections that a human overrules. */
  readonly accepted?: readonly string[]
}

/** Objections that the loop itself can do something about. */
const CURABLE: readonly Reason['code'][] = ['is-primary', 'own-machine']

export function replaceWithin(view: MachineView, world: World, guards: Guards, { rule, cause, more = [], accepted = [] }: Wish): Decision {
  const found = objections([...more, ...replaceGuardsOf(view)], view, world, guards, accepted).map(({ reason }) => reason)
  const incurable = found.find((reason) => !CURABLE.includes(reason.code))
  if (incurable !== undefined) return hold(rule, incurable)
  if (found.some((reason) => reason.code === 'is-primary')) return switchOverFirst(view, world, cause)
  if (found.some((reason) => reason.code === 'own-machine')) return handOverFirst(view, world, cause)
  return act(rule, cause, { kind: 'replace', machine: view.name })
}

function switchOverFirst(view: MachineView, world: World, cause: Cause): Decision {
  const heir = heirOf(world)
  if (heir === undefined) return hold('switch-over', { code: 'no-heir', machine: view.name })
  return act('switch-over', { code: 'switch-over-first', machine: view.name, target: heir.name, cause }, { kind: 'switch-over', machine: view.name, target: heir.name, insist: true })
}

function handOverFirst(view: MachineView, world: World, cause: Cause): Decision {
  const successor = successorOf(world)
  if (successor === undefined) return hold('hand-over', { code: 'no-successor', machine: view.name })
  return act('hand-over', { code: 'hand-over-first', machine: view.name, target: successor.name, cause }, { kind: 'hand-over', machine: view.name, target: successor.name })
}
