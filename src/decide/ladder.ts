/** Pure: the ladder. An ill machine has its unit restarted, then is rebooted, then replaced; then a human is asked. */
import { ailmentsOf, type Ailment } from './ailments.ts'
import { act, hold, type Decision, type Rule } from './decision.ts'
import { objections, REBOOT_GUARDS, RESTART_GUARDS, type Guards } from './guards.ts'
import { replaceWithin } from './replacement.ts'
import { isOutdated } from './outdated.ts'
import type { Attempt, MachineView, World } from './world.ts'

/** How often each step is tried before the next one, and how long it gets to show an effect. */
export const STEPS = {
  restart: { max: 2, settleMs: 20_000 },
  reboot: { max: 1, settleMs: 90_000 },
  repair: { max: 2, settleMs: 15_000 },
  kill: { max: 2, settleMs: 10_000 },
  reinitialise: { max: 1, settleMs: 60_000 },
  'clean-up': { max: Infinity, settleMs: 5_000 },
} as const satisfies Record<Attempt['step'], { max: number; settleMs: number }>

/** Steps of longer ago are another story. */
const MEMORY_MS = 30 * 60_000

export const ladder: Rule = (world, guards) => {
  if (rollOutGoesOn(world)) return []
  return world.machines.flatMap((view) => {
    const ailment = ailmentsOf(view, world)[0]
    const ill = ailment !== undefined && !view.inFlight && view.planned !== null && view.facts?.applying === null
    return ill && world.nowMs - (view.unwellSinceMs ?? world.nowMs) >= ailment.graceMs ? [stepFor(view, ailment, world, guards)] : []
  })
}

/** Then its own rule judges: the new revision may be the fault, or the cure. But it waits for births, and a birth may wait for an ill voter. */
const rollOutGoesOn = ({ machines }: World): boolean =>
  machines.every((view) => view.record === null || view.record.phase === 'member') && machines.some((view) => view.record !== null && isOutdated(view))

export const attemptsOf = (view: MachineView, step: Attempt['step'], nowMs: number): readonly Attempt[] =>
  (view.record?.attempts ?? []).filter((attempt) => attempt.step === step && attempt.atMs > nowMs - MEMORY_MS)

/** What is left of the time in which the last step may still show its effect; 0 when it is over. */
export function settlingMs(view: MachineView, nowMs: number): { readonly step: Attempt['step']; readonly leftMs: number } | null {
  const last = (view.record?.attempts ?? []).at(-1)
  if (last === undefined) return null
  const leftMs = last.atMs + STEPS[last.step].settleMs - nowMs
  return leftMs > 0 ? { step: last.step, leftMs } : null
}

function stepFor(view: MachineView, { unit, problem }: Ailment, world: World, guards: Guards): Decision {
  const machine = view.name
  const settling = settlingMs(view, world.nowMs)
  if (settling !== null) return hold('ladder', { code: 'settling', machine, ...settling })
  const restarts = attemptsOf(view, 'restart', world.nowMs).filter((attempt) => attempt.unit === unit).length
  const reboots = attemptsOf(view, 'reboot', world.nowMs).length
  if (restarts < STEPS.restart.max) {
    const [objection] = objections(RESTART_GUARDS, view, world, guards)
    return objection === undefined
      ? act('ladder', { code: 'restart-due', machine, unit, problem, times: restarts + 1 }, { kind: 'restart-unit', machine, unit })
      : hold('ladder', objection.reason)
  }
  if (reboots < STEPS.reboot.max) {
    const [objection] = objections(REBOOT_GUARDS, view, world, guards)
    if (objection === undefined) return act('ladder', { code: 'reboot-due', machine, problem, restarts }, { kind: 'reboot', machine, bootId: view.facts?.bootId ?? '' })
    // The primary or the controller can't be rebooted under its feet; the step after this one knows how to move them away.
    if (objection.reason.code !== 'is-primary' && objection.reason.code !== 'own-machine') return hold('ladder', objection.reason)
  }
  return replaceWithin(view, world, guards, { rule: 'replace', more: ['common-cause'], cause: { code: 'ladder-climbed', machine, problem, restarts, reboots } })
}
