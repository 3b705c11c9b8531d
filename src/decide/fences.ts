/** Pure: a fence is kept up while its machine is away, and lifted once it is born again or has stepped back. */
import { isStalled } from './stuck.ts'
import { act, type Decision, type Rule } from './decision.ts'
import type { Fence, World } from './world.ts'

/** Well before it times out on the others (act/fence.ts). */
const RENEW_MS = 10_000

export const fences: Rule = (world) => world.fences.flatMap((fence) => keepOrLift(fence, world))

function keepOrLift(fence: Fence, world: World): readonly Decision[] {
  const { machine } = fence
  const view = world.machines.find((one) => one.name === machine)
  const reborn = view?.record === undefined || view.record === null || (view.record.phase !== 'member' && view.record.phase !== 'creating') || (view.record.memberSinceMs ?? 0) > fence.sinceMs
  // It answers, and what it takes itself for agrees with the lock: it has stepped back, or nobody has succeeded it.
  const isClear = view?.facts !== undefined && view.facts !== null && view.quiet === null && !isStalled(view)
    && (world.database.truth?.leader === machine || view.facts.database?.role !== 'primary')
  if (reborn || isClear) return [act('fences', { code: 'fence-over', machine, reborn }, { kind: 'lift-fence', machine, fence })]
  if (world.nowMs - fence.renewedMs < RENEW_MS) return []
  return [act('fences', { code: 'fence-kept', machine }, { kind: 'fence', machine, fence, primary: null })]
}
