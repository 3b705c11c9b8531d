/** A planned change of the primary: clients wait in their poolers while it lasts, and go on whatever comes of it. */
import type { AwaitAnswer, AwaitOrder, BusyAnswer } from '../agent/api.ts'
import { findEngineObserver } from '../engines/observer.ts'
import { sleep, waitFor } from '../lib/clock.ts'
import { OperationError } from '../lib/errors.ts'
import { errorFields } from '../lib/log.ts'
import { callJson } from '../lib/mtls.ts'
import type { Machine } from '../plan/types.ts'
import { holdClients, poolersOf, releaseClients } from './clients.ts'
import { freeLock, readLock } from './database-lock.ts'
import { agentOf, machineOf, type Hands } from './hands.ts'
import { NEXT_POLL_MS } from './mend.ts'

/** How long a transaction may be under way before it counts, and how long such ones may take to end. */
const BUSY_MS = 500
const DRAIN_MS = 3000
/** Until the agent of the primary has left its mark. */
const ARM_MS = 50
/** Longer than the switchover takes without any help of ours. */
const AWAIT_MS = 7000
const CHECKPOINT_TIMEOUT_MS = 30_000
const CALL_TIMEOUT_MS = 5000
const AGAIN_MS = 1500
const LOCK_TIMEOUT_MS = 30_000

export interface SwitchOver {
  readonly machine: string
  readonly target: string
  /** Transactions that don't end within seconds are cut off, instead of nothing being done. */
  readonly insist: boolean
}

/** Wall clock of this machine. */
type Steps = Record<'asked' | 'stopping' | 'held' | 'stopped' | 'freed' | 'promoted' | 'released', number | null>

/** Throws when the switchover was refused or did not come about; clients go on in any case. */
export async function switchOver(hands: Hands, order: SwitchOver): Promise<void> {
  const [from, to] = [machineOf(hands, order.machine), machineOf(hands, order.target)]
  const poolers = poolersOf(hands)
  const steps: Steps = { asked: null, stopping: null, held: null, stopped: null, freed: null, promoted: null, released: null }
  // Asked for once, tried once.
  await hands.store.removeSwitchover(hands.term, order.machine)
  // Who is stopped has little left to write then.
  await Promise.all([from, to].map((machine) => callJson(hands.client, `${agentOf(machine)}/database/checkpoint`, { method: 'POST', timeoutMs: CHECKPOINT_TIMEOUT_MS })))
  const busy = await untilIdle(hands, from)
  if (busy.length > 0 && !order.insist) {
    throw new OperationError('CLIENTS_BUSY', `${from.name} stays primary, for a transaction does not end: ${busy.join('; ')}`)
  }
  try {
    const promoted = await changePrimary(hands, { from, to, poolers, steps })
    await releaseClients(hands, poolers)
    steps.released = Date.now()
    report(hands, order, { steps, promoted, busy })
  } finally {
    await releaseClients(hands, poolers)
  }
  await sleep(NEXT_POLL_MS)
}

/** Transactions that were under way for too long, when they have not ended after DRAIN_MS. */
async function untilIdle(hands: Hands, primary: Machine): Promise<readonly string[]> {
  const deadline = Date.now() + DRAIN_MS
  for (;;) {
    const { transactions } = await callJson<BusyAnswer>(hands.client, `${agentOf(primary)}/database/busy?olderThanMs=${BUSY_MS}`, { timeoutMs: CALL_TIMEOUT_MS })
    if (transactions.length === 0 || Date.now() > deadline) return transactions
    await sleep(BUSY_MS / 2)
  }
}

interface Course {
  readonly from: Machine
  readonly to: Machine
  readonly poolers: readonly Machine[]
  readonly steps: Steps
}

async function changePrimary(hands: Hands, { from, to, poolers, steps }: Course): Promise<AwaitAnswer> {
  const { plan, secrets } = hands.blueprint
  const engine = findEngineObserver(plan.database.engine)
  const hear = (machine: Machine, json: AwaitOrder): Promise<AwaitAnswer> =>
    callJson<AwaitAnswer>(hands.client, `${agentOf(machine)}/database/await`, { json, timeoutMs: json.timeoutMs + CALL_TIMEOUT_MS })
  const promotion: AwaitOrder = { state: 'primary', vip: plan.database.vip, timeoutMs: AWAIT_MS }
  // An agent that gave no answer may have been started anew in between, and what it is asked for goes on without it.
  const promoted = hear(to, promotion).catch(async (error: unknown) => {
    if (!(error instanceof OperationError) || error.code !== 'UNREACHABLE') throw error
    await sleep(AGAIN_MS)
    return hear(to, promotion)
  })
  const stopping = hear(from, { state: 'stopping', timeoutMs: AWAIT_MS })
  const handedOver = stopping.then(async () => {
    steps.stopping = Date.now()
    await holdClients(hands, poolers)
    steps.held = Date.now()
    await hear(from, { state: 'stopped', timeoutMs: AWAIT_MS })
    steps.stopped = Date.now()
    if (await freeLock(hands, from.name, to.name)) steps.freed = Date.now()
  }).catch((error: unknown) => hands.log('warn', 'the engine goes on by itself', errorFields(error)))
  // The mark must be there before the engine begins.
  await sleep(ARM_MS)
  steps.asked = Date.now()
  // Its answer comes a second late; only a refusal counts.
  const refused = engine.switchOver(hands.client, from.address, from.name, to.name, secrets).then(() => new Promise<never>(() => undefined))
  refused.catch(() => undefined)
  try {
    const answer = await Promise.race([promoted, refused])
    await provenLeader(hands, to)
    steps.promoted = Date.now()
    return answer
  } finally {
    promoted.catch(() => undefined)
    // Nothing of it may still be under way when clients go on: they would be held anew.
    await handedOver
  }
}

const provenLeader = (hands: Hands, { name }: Machine): Promise<true> =>
  waitFor(async () => ((await readLock(hands)).truth.leader === name ? true : undefined), { timeoutMs: LOCK_TIMEOUT_MS, everyMs: 50, what: `${name} to hold the database's lock` })

interface Outcome {
  readonly steps: Steps
  readonly promoted: AwaitAnswer
  readonly busy: readonly string[]
}

function report(hands: Hands, { machine, target }: SwitchOver, { steps, promoted, busy }: Outcome): void {
  const beganMs = steps.stopping ?? steps.asked ?? Date.now()
  const clientsWaited = (steps.released ?? Date.now()) - beganMs
  const seen = Object.entries({ ...steps, ...promoted.steps }).flatMap(([step, at]) => (at === null ? [] : [[step, at - beganMs] as const]))
  const timeline = { clientsWaited, ...Object.fromEntries(seen) }
  hands.log('info', 'switched over', { machine, target, ...timeline })
  const cut = busy.length === 0 ? '' : ` Cut off, because it did not end: ${busy.join('; ')}.`
  hands.tell('switched-over', target, `${target} took over from ${machine} as primary; clients waited for ${(clientsWaited / 1000).toFixed(2)} s.${cut}`, { evidence: timeline })
}
