/** Pure: a planned change of the primary that a human asked for, within its guards. */
import { act, hold, type Decision, type Rule } from './decision.ts'
import { heirOf, isEligible } from './eligible.ts'
import { objections, SWITCH_OVER_GUARDS, type Guards } from './guards.ts'
import type { MachineView, SwitchoverRequest, World } from './world.ts'

export interface SwitchoverWish {
  /** Null: whoever is fit. */
  readonly target: string | null
  readonly by: string
  readonly insist: boolean
}

export const switchovers: Rule = (world, guards) => world.switchovers
  // Another machine leads by now: what was asked for is done, or overtaken.
  .filter((request) => request.machine === world.database.truth?.leader)
  .map((request) => switchOverWithin(world, guards, request))

/** A hold says why not. */
export function switchOverWithin(world: World, guards: Guards, { target, by, insist }: SwitchoverWish): Decision {
  const primary = world.machines.find((view) => view.name === world.database.truth?.leader)
  if (primary === undefined) return hold('switch-over', { code: 'no-primary' })
  if (target === primary.name) return hold('switch-over', { code: 'already-primary', machine: target })
  const [objection] = objections(SWITCH_OVER_GUARDS, primary, world, guards)
  if (objection !== undefined) return hold('switch-over', objection.reason)
  if (primary.inFlight) return hold('switch-over', { code: 'updating', machine: primary.name })
  const heir = target === null ? heirOf(world) : fit(target, world)
  if (heir === undefined) return hold('switch-over', target === null ? { code: 'no-heir', machine: primary.name } : { code: 'not-an-heir', machine: primary.name, target })
  return act('switch-over', { code: 'switchover-asked', machine: primary.name, target: heir.name, by }, { kind: 'switch-over', machine: primary.name, target: heir.name, insist })
}

const fit = (name: string, world: World): MachineView | undefined => world.machines.find((view) => view.name === name && isEligible(view, world))

/** The request as it is kept until it is tried, once. */
export const requestOf = (decision: Decision, by: string, untilMs: number): SwitchoverRequest | null => {
  const action = decision.kind === 'act' ? decision.actions.find((one) => one.kind === 'switch-over') : undefined
  return action === undefined ? null : { machine: action.machine, target: action.target, insist: action.insist, by, untilMs }
}
