/** The agent's part in a planned change of the primary: clients wait, a checkpoint, and word of the change as soon as it is there. */
import type { EngineNode } from '../engines/observer.ts'
import type { MtlsClient } from '../lib/http-call.ts'
import { sleep } from '../lib/clock.ts'
import type { TlsApp } from '../lib/tls-server.ts'
import type { AwaitAnswer, AwaitOrder, BusyAnswer, HoldOrder, KillAnswer } from './api.ts'
import type { ClientHold } from './client-hold.ts'
import { heldVips } from './facts/machine.ts'

const LOOK_MS = 10
const ASK_MS = 25
const AWAIT_MAX_MS = 30_000
const HOLD_MAX_MS = 30_000

export interface HandOverParts {
  /** Null: no pooler here. */
  readonly clients: () => ClientHold | null
  /** Null: no database here. */
  readonly database: () => { readonly node: EngineNode; readonly local: MtlsClient } | null
}

/** Who may call them is the application's to say. */
export function handOverRoutes(app: TlsApp, parts: HandOverParts): void {
  app.post('/v1/clients/hold', async (context) => {
    const order = await context.req.json<HoldOrder>()
    const clients = parts.clients()
    if (clients === null) return context.json({ error: 'this machine has no pooler' }, 404)
    return context.json(await clients.hold({ ...order, forMs: Math.min(order.forMs, HOLD_MAX_MS) }))
  })
  app.post('/v1/clients/release', async (context) => {
    await parts.clients()?.release()
    return context.json({ released: true })
  })
  app.post('/v1/database/checkpoint', async (context) => {
    const database = parts.database()
    if (database === null) return context.json({ error: 'this machine has no database' }, 404)
    await database.node.checkpoint()
    return context.json({ done: true })
  })
  app.post('/v1/database/kill', async (context) => {
    const database = parts.database()
    if (database === null) return context.json({ error: 'this machine has no database' }, 404)
    return context.json({ killed: database.node.kill() } satisfies KillAnswer)
  })
  app.get('/v1/database/busy', async (context) => {
    const database = parts.database()
    if (database === null) return context.json({ error: 'this machine has no database' }, 404)
    return context.json({ transactions: await database.node.busy(Number(context.req.query('olderThanMs') ?? 0) || 0) } satisfies BusyAnswer)
  })
  app.post('/v1/database/await', async (context) => {
    const order = await context.req.json<AwaitOrder>()
    const database = parts.database()
    if (database === null) return context.json({ error: 'this machine has no database' }, 404)
    const deadline = Date.now() + Math.min(order.timeoutMs, AWAIT_MAX_MS)
    const answer = await untilIt(order, database, deadline)
    return answer === null ? context.json({ error: `not ${order.state} within ${order.timeoutMs} ms` }, 408) : context.json(answer)
  })
}

function untilIt(order: AwaitOrder, { node, local }: NonNullable<ReturnType<HandOverParts['database']>>, deadline: number): Promise<AwaitAnswer | null> {
  switch (order.state) {
    case 'stopping': return untilStopping(node, deadline)
    case 'stopped': return untilStopped(node, deadline)
    case 'primary': return untilPrimary(node, local, order.vip, deadline)
  }
}

async function untilStopping(node: EngineNode, deadline: number): Promise<AwaitAnswer | null> {
  await node.delayStop()
  if ((await until(deadline, LOOK_MS, async () => ((await node.isStopping()) ? true : null))) !== null) return { state: 'stopping', steps: { stopping: Date.now() } }
  await node.letStop()
  return null
}

async function untilStopped(node: EngineNode, deadline: number): Promise<AwaitAnswer | null> {
  await node.letStop()
  if ((await until(deadline, LOOK_MS, async () => ((await node.isStopped()) ? true : null))) === null) return null
  // Nobody may be led to a machine that takes no writes; the address is free for its next holder.
  await node.tellRole(false)
  return { state: 'stopped', steps: { stopped: Date.now() } }
}

/** Primary by the word of whoever elects, with the address, and a write went through. */
async function untilPrimary(node: EngineNode, local: MtlsClient, vip: string, deadline: number): Promise<AwaitAnswer | null> {
  if ((await until(deadline, LOOK_MS, async () => ((await node.isWritable()) ? true : null))) === null) return null
  const writable = Date.now()
  if ((await until(deadline, ASK_MS, async () => ((await node.isPrimary(local).catch(() => false)) ? true : null))) === null) return null
  await node.tellRole(true)
  const leads = Date.now()
  const [address, write] = await Promise.all([
    until(deadline, LOOK_MS, async () => (heldVips([vip]).length > 0 ? Date.now() : null)),
    node.proveWrite().then(() => Date.now()),
  ])
  return address === null ? null : { state: 'primary', steps: { writable, leads, address, write } }
}

async function until<T>(deadline: number, everyMs: number, look: () => Promise<T | null>): Promise<T | null> {
  for (;;) {
    const found = await look()
    if (found !== null || Date.now() > deadline) return found
    await sleep(everyMs)
  }
}
