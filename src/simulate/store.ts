/** Writes to the model etcd: they need a quorum, and they carry the term in which they were decided. */
import type { MachineRecord } from '../decide/world.ts'
import { canRead } from './etcd.ts'
import type { Sim } from './model.ts'
import type { Loop, Process } from './process.ts'
import { AttemptFailed } from './work.ts'

export function save(sim: Sim, process: Process, loop: Loop, write: () => void): void {
  if (!canRead(sim, process.host.name, false)) throw new AttemptFailed('etcd does not answer')
  if (sim.store.lead?.revision !== loop.revision) throw new AttemptFailed('another controller leads by now; nothing was written')
  write()
  sim.changed()
}

export const saveRecord = (sim: Sim, process: Process, loop: Loop, record: MachineRecord): void =>
  save(sim, process, loop, () => sim.store.records.set(record.machine, record))
