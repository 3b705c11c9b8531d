/** Chooses the machines that a drill is about; pure. */
import type { Machine } from '../plan/types.ts'
import type { Scene } from './drill.ts'

const holds = (scene: Scene, vip: 'entry' | 'database', machine: Machine): boolean =>
  scene.status.vips.some((one) => one.name === vip && one.holders.includes(machine.name))

export const holdsEntry = (machine: Machine, scene: Scene): boolean => machine.roles.includes('entry') && holds(scene, 'entry', machine)
export const isPrimary = (machine: Machine, { status }: Scene): boolean => machine.roles.includes('database') && status.database.leader === machine.name

export const isSynchronousStandby = (machine: Machine, { status }: Scene): boolean => status.database.synchronousStandbys.includes(machine.name)

/** Of those that fit, the one that was replaced least within the hour, the first by name. */
export function leastReplaced(fits: (machine: Machine, scene: Scene) => boolean): (scene: Scene) => Machine[] {
  return (scene) => {
    const lately = (machine: Machine): number => scene.replacedLately.get(machine.name) ?? 0
    return scene.plan.machines.filter((machine) => fits(machine, scene)).toSorted((one, other) => lately(one) - lately(other)).slice(0, 1)
  }
}

/** An application machine that has as little else to do as there is: no address, no primary, no acting controller. */
export const anAppMachine: (scene: Scene) => Machine[] = (scene) => {
  const busy = (machine: Machine): boolean => holdsEntry(machine, scene) || isPrimary(machine, scene) || scene.status.controller.machine === machine.name
  const idle = leastReplaced((machine) => machine.roles.includes('app') && !busy(machine))(scene)
  return idle.length > 0 ? idle : leastReplaced((machine) => machine.roles.includes('app'))(scene)
}

/** A database machine that does not lead. */
export const aReplica: (scene: Scene) => Machine[] = leastReplaced((machine, scene) => machine.roles.includes('database') && !isPrimary(machine, scene))

export const appMachines = ({ machines }: Scene['plan']): Machine[] => machines.filter((machine) => machine.roles.includes('app'))
export const runsImage = ({ plan }: Pick<Scene, 'plan'>): boolean => plan.app.image !== undefined
