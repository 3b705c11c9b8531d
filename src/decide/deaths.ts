/** Pure: a machine that nobody can talk to is replaced, within the guards. */
import { act, hold, type Decision, type Rule } from './decision.ts'
import { DEATH_GUARDS, objections, POWER_OFF_GUARDS, type Guards } from './guards.ts'
import { settlingMs } from './ladder.ts'
import { replaceWithin } from './replacement.ts'
import type { Cause } from './reason.ts'
import type { MachineView, World } from './world.ts'

export const deaths: Rule = (world, guards) =>
  world.machines
    .filter((view) => view.silentSinceMs !== null && view.record?.phase === 'member' && view.planned !== null && !view.inFlight)
    .map((view) => silentMachine(view, world, guards))

function silentMachine(view: MachineView, world: World, guards: Guards): Decision {
  const [doubt] = objections(DEATH_GUARDS, view, world, guards)
  if (doubt !== undefined) return hold('silent', doubt.reason)
  const settling = settlingMs(view, world.nowMs)
  if (settling?.step === 'reboot') return hold('silent', { code: 'settling', machine: view.name, ...settling })
  const cause = causeOf(view, world)
  const replacing = replaceWithin(view, world, guards, { rule: 'replace', cause })
  return powerOffFirst(view, world, guards, cause, replacing) ?? replacing
}

/**
 * Two wait for each other: a hung machine for the replacement that is under way, and that one for the run of Terraform
 * which may still be at work on the hung machine. Without power nothing runs there.
 */
function powerOffFirst(view: MachineView, world: World, guards: Guards, cause: Cause, replacing: Decision): Decision | null {
  if (cause.code !== 'machine-hung' || world.foreignLock?.machine !== view.name || replacing.reason.code !== 'replacement-in-flight') return null
  const [objection] = objections(POWER_OFF_GUARDS, view, world, guards)
  return objection === undefined
    ? act('power-off', { code: 'power-off-first', machine: view.name, waiting: replacing.reason.machine, cause }, { kind: 'power-off', machine: view.name })
    : hold('power-off', objection.reason)
}

/** Its kernel answers where nobody speaks: it is frozen, or its agent is gone for good. Both are as bad as dead. */
function causeOf(view: MachineView, world: World): Cause {
  const silentMs = world.nowMs - (view.silentSinceMs ?? world.nowMs)
  const observers = view.observations.map((one) => one.observer)
  const outcome = (['open', 'refused'] as const).find((kind) => view.observations.some((one) => one.outcome === kind))
  return outcome === undefined
    ? { code: 'machine-silent', machine: view.name, silentMs, observers }
    : { code: 'machine-hung', machine: view.name, silentMs, observers, outcome }
}
