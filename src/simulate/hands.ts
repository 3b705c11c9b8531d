/** What an action of the model has in its hands. */
import type { Decision } from '../decide/decision.ts'
import type { MachineRecord } from '../decide/world.ts'
import { answers, type Host } from './host.ts'
import { hostOf, type Sim } from './model.ts'
import type { Loop, Process } from './process.ts'
import { AttemptFailed } from './work.ts'

export interface Hands {
  readonly process: Process
  readonly loop: Loop
  /** As they were when it was decided. */
  readonly records: ReadonlyMap<string, MachineRecord>
  readonly decision: Decision
}

/** The machine, if the controller can talk to its agent now. */
export function agentOf(sim: Sim, { process }: Hands, machine: string): Host {
  const host = hostOf(sim, machine)
  if (host === undefined || !answers(host) || !sim.network.talk(process.host.name, machine)) throw new AttemptFailed(`${machine} does not answer`)
  return host
}
