/** Machines that lose their power, for good or for a moment, and machines that stand still. */
import { isPrimary, isSynchronousStandby } from '../report/drill-targets.ts'
import type { Scene } from '../report/drill.ts'
import type { Machine } from '../plan/types.ts'
import { nothingToEnd, type Hands, type SoakFault } from './fault.ts'

type Choice = (scene: Scene) => readonly Machine[]

export const primaries: Choice = (scene) => scene.plan.machines.filter((machine) => isPrimary(machine, scene))
export const standbys: Choice = (scene) => scene.plan.machines.filter((machine) => isSynchronousStandby(machine, scene))
export const databases: Choice = ({ plan }) => plan.machines.filter((machine) => machine.roles.includes('database'))
export const anyMachine: Choice = ({ plan }) => plan.machines
const others: Choice = ({ plan }) => plan.machines.filter((machine) => !machine.roles.includes('database'))

/** A machine that has been made anew since, or is switched on, needs nothing. */
const switchOn = (hands: Hands, machine: string): Promise<void> => hands.power(machine, 'on').catch(() => undefined)

const powerLoss = (whose: string, weight: number, targets: Choice): SoakFault => ({
  name: `power loss, ${whose}`,
  weight,
  lethal: true,
  lastsS: null,
  targets,
  says: (target) => `${target} loses power`,
  begin: async (hands, { name }) => {
    await hands.power(name, 'off')
    return nothingToEnd
  },
})

const blink = (whose: string, weight: number, targets: Choice): SoakFault => ({
  name: `power blink, ${whose}`,
  weight,
  lethal: false,
  lastsS: [1, 6],
  targets,
  says: (target) => `${target} loses power for a moment`,
  begin: async (hands, { name }) => {
    await hands.power(name, 'off')
    return () => switchOn(hands, name)
  },
})

const frozen = (whose: string, weight: number, targets: Choice): SoakFault => ({
  name: `freeze, ${whose}`,
  weight,
  lethal: false,
  lastsS: [1, 20],
  targets,
  says: (target) => `${target} stands still`,
  begin: async (hands, { name }) => {
    await hands.power(name, 'freeze')
    return () => hands.power(name, 'thaw').catch(() => undefined)
  },
})

const allDatabasesBlink: SoakFault = {
  name: 'power blink, all databases',
  weight: 1,
  lethal: false,
  lastsS: [2, 5],
  targets: primaries,
  says: () => 'all database machines lose power for a moment',
  begin: async (hands, _target, scene) => {
    await Promise.all(databases(scene).map(({ name }) => hands.power(name, 'off')))
    return async () => void (await Promise.all(databases(scene).map(({ name }) => switchOn(hands, name))))
  },
}

export const MACHINE_FAULTS: readonly SoakFault[] = [
  powerLoss('primary', 5, primaries),
  powerLoss('standby', 3, standbys),
  powerLoss('another', 3, others),
  blink('primary', 3, primaries),
  blink('standby', 2, standbys),
  allDatabasesBlink,
  frozen('primary', 3, primaries),
  frozen('standby', 2, standbys),
  frozen('any', 1, anyMachine),
]
