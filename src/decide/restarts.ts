/** Pure: parameters that need a restart reach the database machine by machine: the standbys, a switchover, then the old primary. */
import { act, hold, type Decision, type Rule } from './decision.ts'
import { isEligible } from './eligible.ts'
import { objections, SWITCH_OVER_GUARDS } from './guards.ts'
import type { MachineView } from './world.ts'

export const restarts: Rule = (world, guards) => {
  const pending = world.machines.filter((view) => view.record?.phase === 'member' && pendingOf(view) !== undefined)
  const primary = pending.find((view) => view.name === world.database.truth?.leader)
  // A standby can't start with a lower limit than its primary has.
  if (primary !== undefined && pendingOf(primary) === 'primary-first') return [restart(primary)]
  const standby = pending.find((view) => view !== primary && (primary === undefined || pendingOf(view) !== 'primary-first'))
  if (standby !== undefined) return [restart(standby)]
  if (primary === undefined) return []
  const [objection] = objections(SWITCH_OVER_GUARDS, primary, world, guards)
  if (objection !== undefined) return [hold('restart', objection.reason)]
  const heir = world.machines.find((view) => isEligible(view, world))
  if (heir === undefined) return [hold('restart', { code: 'no-heir', machine: primary.name })]
  return [act('restart', { code: 'switch-over-first', machine: primary.name, target: heir.name, cause: { code: 'restart-pending', machine: primary.name } },
    { kind: 'switch-over', machine: primary.name, target: heir.name, insist: false })]
}

const pendingOf = ({ facts }: MachineView): 'any-order' | 'primary-first' | undefined => facts?.database?.pendingRestart

const restart = ({ name }: MachineView): Decision => act('restart', { code: 'restart-pending', machine: name }, { kind: 'restart-database', machine: name })
