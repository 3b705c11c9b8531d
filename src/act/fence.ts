/** Tells the machines of the stack to let nothing pass between themselves and one that was given up. */
import type { FenceRequest } from '../agent/api.ts'
import type { Fence } from '../decide/world.ts'
import { PORTS } from '../plan/types.ts'
import type { Hands } from './hands.ts'

/** Whoever must not wait for a fence that nobody renews any more: it is renewed three times in that. */
const FENCE_S = 30
const CALL_MS = 700
/** Without these nothing goes on; on a starved host the programs that they start for it take that long. */
const REQUIRED_MS = 3000

/** The machines that have acknowledged it; never throws. */
async function tellAll(hands: Hands, fence: Fence, seconds: number, required: readonly string[] = []): Promise<ReadonlySet<string>> {
  const { machine, address, card, vips } = fence
  const others = hands.blueprint.plan.machines.filter((one) => one.name !== machine)
  const answers = await Promise.all(others.map(async (other) => {
    const request: FenceRequest = { address, card, vips, seconds }
    return hands.client.call(`https://${other.address}:${PORTS.agent}/v1/fence`, { method: 'PUT', json: request, timeoutMs: required.includes(other.name) ? REQUIRED_MS : CALL_MS }).then(({ status }) => status === 204, () => false)
  }))
  return new Set(others.filter((_other, index) => answers[index] === true).map(({ name }) => name))
}

/** Those that are `required` are waited for longer. */
export async function fenceOff(hands: Hands, fence: Fence, required: readonly string[] = []): Promise<ReadonlySet<string>> {
  const [acknowledged] = await Promise.all([
    tellAll(hands, fence, FENCE_S, required),
    hands.store.saveFence(hands.term, { ...fence, renewedMs: Date.now() }),
  ])
  return acknowledged
}

/** Those that don't hear it drop the fence when its time is over. */
export async function liftFence(hands: Hands, fence: Fence): Promise<void> {
  await tellAll(hands, fence, 0)
  await hands.store.removeFence(hands.term, fence.machine)
  hands.tell('fence-lifted', fence.machine, `The fence around ${fence.machine} is lifted.`)
}
