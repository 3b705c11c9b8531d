/** Fence, power off, revoke: the steps of src/act/fence.ts and src/act/fail-over.ts against the model. */
import type { Fence } from '../decide/world.ts'
import { revoke } from './engine.ts'
import { answers } from './host.ts'
import { hostOf, type Sim } from './model.ts'
import type { Hands } from './hands.ts'
import { judgeFailOver } from './properties.ts'
import { save } from './store.ts'
import { AttemptFailed, type Work } from './work.ts'

const FENCE_MS = 30_000

const reached = (sim: Sim, { process }: Hands): readonly string[] => [...sim.provider.hosts.values()]
  .filter((host) => answers(host) && sim.network.talk(process.host.name, host.name)).map(({ name }) => name)

function* fenceOff(sim: Sim, hands: Hands, fence: Fence): Work<readonly string[]> {
  const { process, loop } = hands
  yield sim.random.between(10, 200)
  const host = hostOf(sim, fence.machine)
  const untilMs = sim.nowMs + FENCE_MS
  if (host !== undefined) sim.fenced.set(host.serial, untilMs)
  sim.at(untilMs, sim.changed)
  save(sim, process, loop, () => { sim.store.fences = [...sim.store.fences.filter((one) => one.machine !== fence.machine), { ...fence, renewedMs: sim.nowMs + process.host.clockMs }] })
  sim.changed()
  return reached(sim, hands).filter((name) => name !== fence.machine)
}

export function* fence(sim: Sim, hands: Hands, wish: Fence): Work {
  yield* fenceOff(sim, hands, wish)
}

export function* liftFence(sim: Sim, { process, loop }: Hands, fence: Fence): Work {
  yield sim.random.between(10, 200)
  const host = hostOf(sim, fence.machine)
  if (host !== undefined) sim.fenced.delete(host.serial)
  save(sim, process, loop, () => { sim.store.fences = sim.store.fences.filter((one) => one.machine !== fence.machine) })
  sim.changed()
}

export function* failOver(sim: Sim, hands: Hands, machine: string, fence: Fence, required: readonly string[]): Work {
  const acknowledged = yield* fenceOff(sim, hands, fence)
  const missing = required.filter((name) => !acknowledged.includes(name))
  if (missing.length > 0) throw new AttemptFailed(`${missing.join(', ')} did not acknowledge the fence`)
  const { lock, sync } = sim.engine
  if (lock?.host.name !== machine) return
  if (!sync.standbys.some((name) => acknowledged.includes(name))) throw new AttemptFailed('no listed standby is fenced off')
  judgeFailOver(sim, lock.host)
  if (!sim.provider.down && hostOf(sim, machine) === lock.host) lock.host.power = false
  revoke(sim)
  yield sim.random.between(100, 1000)
}
