/** Machines that are cut off, one way or both, from all or from some; links that flap; packets that get lost. */
import type { Fault } from '../../lab/api.ts'
import type { Machine } from '../plan/types.ts'
import type { Scene } from '../report/drill.ts'
import { anyMachine, databases, primaries, standbys } from './faults-machine.ts'
import { healed } from './faults-program.ts'
import { nothingToEnd, type SoakFault } from './fault.ts'

const FLAPS = 4

const cut = (whose: string, weight: number, targets: SoakFault['targets'], direction?: 'in' | 'out'): SoakFault => ({
  name: `cut off${direction === undefined ? '' : ` (${direction})`}, ${whose}`,
  weight,
  lethal: false,
  lastsS: [1, 15],
  targets,
  says: (target) => `${target} is cut off${direction === undefined ? '' : direction === 'in' ? ': it hears nothing' : ': nobody hears it'}`,
  begin: (hands, { name }) => healed(hands, { kind: 'cut', machine: name, ...(direction === undefined ? {} : { direction }) }),
})

/** From some only: the machine lives in two worlds. */
const cutFrom = (name: string, says: SoakFault['says'], targets: SoakFault['targets'], peers: (target: Machine, scene: Scene) => readonly Machine[]): SoakFault => ({
  name,
  weight: 2,
  lethal: false,
  lastsS: [2, 20],
  targets,
  says,
  begin: (hands, target, scene) => healed(hands, ...peers(target, scene).filter((peer) => peer !== target)
    .map((peer): Fault => ({ kind: 'cut-pair', machine: target.name, peer: peer.name, direction: 'both' }))),
})

const controls = ({ plan }: Scene): readonly Machine[] => plan.machines.filter((machine) => machine.roles.includes('control'))

export const NETWORK_FAULTS: readonly SoakFault[] = [
  cut('primary', 3, primaries),
  cut('primary', 1, primaries, 'in'),
  cut('primary', 1, primaries, 'out'),
  cut('standby', 2, standbys),
  cut('any', 2, anyMachine),
  cutFrom('cut, primary from standbys', (target) => `${target} and the other databases can't reach each other`, primaries, (_target, scene) => databases(scene)),
  cutFrom('cut, primary from control', (target) => `${target} and the control machines can't reach each other`, primaries, (_target, scene) => controls(scene)),
  {
    name: 'split',
    weight: 1,
    lethal: false,
    lastsS: [2, 12],
    targets: primaries,
    says: (target) => `the network splits: ${target} and every second machine, and the others`,
    begin: (hands, target, { plan }) => {
      const side = new Set([target, ...plan.machines.filter((machine) => !machine.roles.includes('database')).filter((_machine, index) => index % 2 === 0)])
      const pairs = [...side].flatMap((one) => plan.machines.filter((other) => !side.has(other)).map((other): Fault => ({ kind: 'cut-pair', machine: one.name, peer: other.name, direction: 'both' })))
      return healed(hands, ...pairs)
    },
  },
  {
    name: 'link flaps',
    weight: 2,
    lethal: false,
    lastsS: [12, 16],
    targets: anyMachine,
    says: (target) => `the link of ${target} goes down ${FLAPS} times, for a second`,
    begin: async (hands, { name }) => {
      await hands.fault({ kind: 'flap', machine: name, times: FLAPS, downMs: 1000, upMs: 2000 })
      return nothingToEnd
    },
  },
  {
    name: 'lost packets',
    weight: 2,
    lethal: false,
    lastsS: [5, 20],
    targets: anyMachine,
    says: (target) => `a third of the packets from and to ${target} are lost`,
    begin: (hands, { name }) => healed(hands, { kind: 'loss', machine: name, percent: 33 }),
  },
]
