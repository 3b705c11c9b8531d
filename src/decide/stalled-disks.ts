/** Pure: a machine whose disk takes no writes is replaced: whatever would mend it from inside needs the disk. The primary's lock is taken first (failover.ts). */
import { hold, type Decision, type Rule } from './decision.ts'
import type { Guards } from './guards.ts'
import { replaceWithin } from './replacement.ts'
import { isStalled, stalledMs } from './stuck.ts'
import type { MachineView, World } from './world.ts'

export const stalledDisks: Rule = (world, guards) => world.machines
  .filter((view) => view.record?.phase === 'member' && view.planned !== null && !view.inFlight && isStalled(view) && view.name !== world.database.truth?.leader)
  .flatMap((view) => replaceStalled(view, world, guards))

function replaceStalled(view: MachineView, world: World, guards: Guards): readonly Decision[] {
  // Not yet: what a machine does not say for so long may pass.
  if (stalledMs(view) < (world.plan?.healing.confirmMs ?? Infinity)) return []
  const others = world.machines.filter((other) => other.name !== view.name && isStalled(other)).map(({ name }) => name)
  if (others.length > 0) return [hold('replace', { code: 'common-cause', machine: view.name, problem: { code: 'disk-stalled' }, others })]
  return [replaceWithin(view, world, guards, { rule: 'replace', cause: { code: 'disk-stalled', machine: view.name, stalledMs: stalledMs(view) } })]
}
