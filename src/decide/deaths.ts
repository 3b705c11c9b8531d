/** Pure: a machine that nobody reaches is replaced, a machine that a human names too, both within the guards. */
import { act, hold, type Decision, type Rule } from './decision.ts'
import { refusal } from './guards.ts'
import type { MachineView, World } from './world.ts'

export const deaths: Rule = (world) => {
  const silent = world.machines.filter((view) => view.silentSinceMs !== null && view.record?.phase === 'member' && view.planned !== null && !view.inFlight)
  const requested = world.requests.flatMap((request) => requestedReplacement(request, world))
  return [...requested, ...silent.map((view) => silentMachine(view, world))]
}

function requestedReplacement(request: World['requests'][number], world: World): readonly Decision[] {
  const view = world.machines.find((one) => one.name === request.machine)
  if (view === undefined || view.planned === null || view.record?.phase !== 'member' || view.inFlight) return []
  return [replaceWithin(view, world, { code: 'requested', machine: request.machine, by: request.by })]
}

function silentMachine(view: MachineView, world: World): Decision {
  const silentMs = world.nowMs - (view.silentSinceMs ?? world.nowMs)
  const confirmMs = world.plan?.healing.confirmMs ?? Infinity
  const witness = view.observations.find((one) => one.outcome !== 'silent')
  if (witness !== undefined) return hold('silent', { code: 'seen-by-another', machine: view.name, observer: witness.observer })
  const observers = view.observations.map((one) => one.observer)
  if (observers.length === 0) return hold('silent', { code: 'no-second-observer', machine: view.name })
  if (silentMs < confirmMs) return hold('silent', { code: 'confirming', machine: view.name, silentMs, confirmMs })
  if (world.plan?.healing.mode === 'observe') return hold('silent', { code: 'mode-observe', machine: view.name })
  return replaceWithin(view, world, { code: 'machine-silent', machine: view.name, silentMs, observers })
}

function replaceWithin(view: MachineView, world: World, why: Extract<Decision, { kind: 'act' }>['reason']): Decision {
  const reason = refusal(view, world)
  if (reason !== null) return hold('replace', reason)
  return act('replace', why, { kind: 'replace', machine: view.name })
}
