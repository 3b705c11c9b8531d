/** Tells the machines of the stack to let nothing pass between themselves and one that was given up. */
import type { FenceRequest } from '../agent/api.ts'
import type { Fence } from '../decide/world.ts'
import { sleep } from '../lib/clock.ts'
import { PORTS } from '../plan/types.ts'
import type { Hands } from './hands.ts'

/** Whoever must not wait for a fence that nobody renews any more: it is renewed three times in that. */
const FENCE_S = 30
const CALL_MS = 700
/** Without these nothing goes on; on a starved host the programs that they start for it take that long. */
const REQUIRED_MS = 3000
/** How much longer than for the required ones the others are waited for. */
const OTHERS_MS = 100

/** The machines that have acknowledged it; never throws. Who is not required may be late: it has the order, and is not waited for. */
async function tellAll(hands: Hands, fence: Fence, seconds: number, required: readonly string[] = []): Promise<ReadonlySet<string>> {
  const { machine, address, card, vips } = fence
  const request: FenceRequest = { address, card, vips, seconds }
  const acknowledged = new Set<string>()
  const tell = async (name: string, at: string): Promise<void> => {
    const timeoutMs = required.includes(name) ? REQUIRED_MS : CALL_MS
    const answer = await hands.client.call(`https://${at}:${PORTS.agent}/v1/fence`, { method: 'PUT', json: request, timeoutMs }).catch(() => null)
    if (answer?.status === 204) acknowledged.add(name)
  }
  const calls = hands.blueprint.plan.machines.filter((one) => one.name !== machine).map((one) => ({ name: one.name, done: tell(one.name, one.address) }))
  const all = Promise.all(calls.map(({ done }) => done))
  await Promise.all(calls.filter(({ name }) => required.includes(name)).map(({ done }) => done))
  await (required.length === 0 ? all : Promise.race([all, sleep(OTHERS_MS)]))
  return new Set(acknowledged)
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
