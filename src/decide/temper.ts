/** Pure: what no rule can see alone: that another one would begin something at the same time, or that a pause is on. */
import { hold, type Decision } from './decision.ts'
import { objections, type Guards } from './guards.ts'
import type { Action, World } from './world.ts'

/** They take a machine away, or what it leads, if only for a while. The heir of a switchover, or of a dead primary, must not be replaced in the same round. */
const TAKES_AWAY: readonly Action['kind'][] = ['replace', 'reboot', 'power-off', 'switch-over', 'restart-database', 'kill-engine', 'reinitialise', 'hand-over', 'fail-over']
/** Changes to full members that nobody asked the guards about. What was begun is brought to its end, pause or not. */
const PAUSABLE: readonly Action['kind'][] = ['push', 'remove', 'configure-database', 'restart-database', 'move-etcd-leader', 'migrate', 'change-over', 'roll-back', 'order-certificate', 'install-certificate']

const machinesIn = (decision: Decision, kinds: readonly Action['kind'][]): readonly string[] =>
  decision.kind === 'hold' ? [] : decision.actions.flatMap((action) => (action.kind !== 'create' && kinds.includes(action.kind) ? [action.machine] : []))

/** Of several machines that would be taken away in one round only the first may: the others are asked as if it were away already. */
export function oneAtATime(decisions: readonly Decision[], world: World, guards: Guards): readonly Decision[] {
  let seen = world
  return decisions.flatMap((decision) => {
    const [name] = machinesIn(decision, TAKES_AWAY)
    const view = seen.machines.find((one) => one.name === name)
    if (view === undefined) return [decision]
    // Several rules may want the same machine replaced: the first of them says why.
    if (view.inFlight && seen !== world) return []
    const [objection] = seen === world ? [] : objections(['replacement-in-flight'], view, seen, guards)
    if (objection !== undefined) return [hold(decision.rule, objection.reason)]
    seen = { ...seen, machines: seen.machines.map((one) => (one.name === name ? { ...one, inFlight: true } : one)) }
    return [decision]
  })
}

export function keepPauses(decisions: readonly Decision[], world: World, guards: Guards): readonly Decision[] {
  return decisions.map((decision) => {
    const views = world.machines.filter((view) => view.record?.phase === 'member' && machinesIn(decision, PAUSABLE).includes(view.name))
    const objection = views.flatMap((view) => objections(['paused'], view, world, guards))[0]
    return objection === undefined ? decision : hold(decision.rule, objection.reason)
  })
}
