/** Pure: a machine that is not what it was ordered to be is replaced, repaired or reported, as the spec says. */
import type { DriftItem } from '../agent/api.ts'
import { act, hold, type Decision, type Rule } from './decision.ts'
import { objections, RESTART_GUARDS, type Guards } from './guards.ts'
import { attemptsOf, settlingMs, STEPS } from './ladder.ts'
import { replaceWithin } from './replacement.ts'
import { isOutdated } from './outdated.ts'
import type { MachineView, World } from './world.ts'

/** The same change on as many machines is somebody at work on the fleet, or a fault of ours. */
const EVERYWHERE_MIN = 3
/** What applying the manifest again puts right. */
const MANAGED: readonly DriftItem['kind'][] = ['managed-file', 'unit']

export const drift: Rule = (world, guards) => {
  // A roll-out may bring the order that makes it right.
  if (world.machines.some((view) => view.record?.phase === 'member' && isOutdated(view))) return []
  return world.machines.filter((view) => view.record?.phase === 'member' && view.planned !== null && !view.inFlight && itemsOf(view).length > 0)
    .map((view) => drifted(view, world, guards))
}

const itemsOf = (view: MachineView): readonly DriftItem[] => view.facts?.drift?.items ?? []

function drifted(view: MachineView, world: World, guards: Guards): Decision {
  const [machine, items] = [view.name, itemsOf(view)]
  const mode = world.plan?.healing.drift ?? 'report'
  if (mode === 'report') return hold('drift', { code: 'drift-reported', machine, items })
  const shared = items.map((item) => ({ item, others: othersWith(item, view, world) })).find(({ others }) => others.length + 1 >= EVERYWHERE_MIN)
  if (shared !== undefined) return hold('drift', { code: 'drift-everywhere', machine, ...shared })
  if (mode === 'repair') return repair(view, world, guards)
  return replaceWithin(view, world, guards, { rule: 'replace', cause: { code: 'drifted', machine, items } })
}

const othersWith = (item: DriftItem, view: MachineView, world: World): readonly string[] =>
  world.machines.filter((other) => other.name !== view.name && itemsOf(other).some((one) => one.kind === item.kind && one.what === item.what)).map((other) => other.name)

function repair(view: MachineView, world: World, guards: Guards): Decision {
  const [machine, items] = [view.name, itemsOf(view)]
  const mendable = items.filter((item) => MANAGED.includes(item.kind))
  const settling = settlingMs(view, world.nowMs)
  if (mendable.length === 0 || attemptsOf(view, 'repair', world.nowMs).length >= STEPS.repair.max) return hold('drift', { code: 'drift-reported', machine, items })
  if (settling !== null) return hold('drift', { code: 'settling', machine, ...settling })
  const [objection] = objections(RESTART_GUARDS, view, world, guards)
  return objection === undefined ? act('drift', { code: 'drifted', machine, items: mendable }, { kind: 'repair', machine }) : hold('drift', objection.reason)
}
