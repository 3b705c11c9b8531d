/** Pure: who could become primary without losing an acknowledged write. */
import { isDeaf, isStalled } from './stuck.ts'
import type { MachineView, World } from './world.ts'

/** A member of the list that commits wait for, that streams, and that the primary sees stream. */
export function isEligible(view: MachineView, world: World): boolean {
  const { truth } = world.database
  const primary = world.machines.find((one) => one.name === truth?.leader)
  return view.record?.phase === 'member' && !view.inFlight && !isStalled(view) && !isDeaf(view)
    && truth?.synchronousStandbys.includes(view.name) === true
    && view.facts?.database?.role === 'replica' && view.facts.database.state === 'streaming'
    && primary?.facts?.database?.standbys.some((standby) => standby.name === view.name && standby.state === 'streaming') === true
}

/** The first such machine by name; undefined when a switchover would be a gamble. */
export const heirOf = (world: World): MachineView | undefined => world.machines.find((view) => isEligible(view, world))
