/** Everything that a soak does. */
import type { SoakFault } from './fault.ts'
import { MACHINE_FAULTS } from './faults-machine.ts'
import { NETWORK_FAULTS } from './faults-network.ts'
import { PROGRAM_FAULTS } from './faults-program.ts'

export const SOAK_FAULTS: readonly SoakFault[] = [...MACHINE_FAULTS, ...PROGRAM_FAULTS, ...NETWORK_FAULTS]
