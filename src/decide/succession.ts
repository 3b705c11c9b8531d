/** Pure: which controller acts. The control machine's is preferred; the database machines' stand by. */
import { act, type Rule } from './decision.ts'
import { problemsOf } from './health.ts'
import type { MachineView, World } from './world.ts'

/** A controller that has only just come back is not handed the lead at once. */
const PROBATION_MS = 20_000

/** Control machines first, the primary's machine last. */
function rank(view: MachineView, world: World): number {
  if (view.planned?.roles.includes('control') === true) return 0
  return view.name === world.database.truth?.leader ? 2 : 1
}

/** Full members whose controller runs. */
const standBys = (world: World): readonly MachineView[] => world.machines.filter((view) => {
  const unit = view.servingUnits.controller
  return view.name !== world.self && view.planned?.controllerCandidate === true && view.record?.phase === 'member' && !view.inFlight
    && unit !== undefined && view.facts?.units[unit] === 'active'
})

const byRank = (world: World) => (left: MachineView, right: MachineView): number =>
  rank(left, world) - rank(right, world) || left.name.localeCompare(right.name)

export const successorOf = (world: World): MachineView | undefined => standBys(world).toSorted(byRank(world))[0]

/** A stand-in gives the lead back once the preferred machine has been well for a while. */
export const succession: Rule = (world) => {
  const self = world.machines.find((view) => view.name === world.self)
  if (self === undefined || self.planned?.roles.includes('control') === true) return []
  const preferred = standBys(world).find((view) => view.planned?.roles.includes('control') === true
    && problemsOf(view, world).length === 0 && (view.facts?.uptimeS ?? 0) * 1000 > PROBATION_MS
    && view.record !== null && world.nowMs - (view.record.memberSinceMs ?? 0) > PROBATION_MS)
  // A controller that dies again and again there would have the lead go to and fro.
  if (world.nowMs - world.leadsSinceMs < PROBATION_MS) return []
  if (preferred === undefined || world.machines.some((view) => view.inFlight)) return []
  return [act('succession', { code: 'preferred-is-back', machine: self.name, target: preferred.name }, { kind: 'hand-over', machine: self.name, target: preferred.name })]
}
