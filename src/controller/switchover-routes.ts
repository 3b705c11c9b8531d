/** A planned change of the primary (see api.ts). */
import * as z from 'zod'
import { GUARDS } from '../decide/guards.ts'
import { requestOf, switchOverWithin } from '../decide/switchovers.ts'
import type { World } from '../decide/world.ts'
import type { TlsApp } from '../lib/tls-server.ts'
import { explain } from '../report/explain.ts'
import { remedyOf } from '../report/remedy.ts'
import type { SwitchoverAnswer } from './api.ts'
import type { Store, Term } from './store.ts'

/** The loop takes it up within a second; a controller that comes later must not take up an old one. */
const GOOD_FOR_MS = 10_000

const order = z.strictObject({ target: z.string().nullable().default(null), insist: z.boolean().default(false) })

/** The caller sees to it that this controller leads. */
export function switchoverRoutes(app: TlsApp, store: Store, term: () => Term, world: () => World | null): void {
  app.post('/v1/database/switchover', async (context) => {
    const asked = order.safeParse(await context.req.json().catch(() => ({})))
    if (!asked.success) return context.json({ error: 'a switchover takes a target or null, and whether to insist: {"target":"db-2","insist":false}' }, 400)
    const { target } = asked.data
    const seen = world()
    if (seen === null) return context.json({ error: 'this controller has only just begun to lead' }, 503)
    if (target !== null && !seen.machines.some((view) => view.name === target)) return context.json({ error: `the plan has no machine ${target}` }, 404)
    const by = context.get('peer').name
    const decision = switchOverWithin(seen, GUARDS, { ...asked.data, by })
    const request = requestOf(decision, by, Date.now() + GOOD_FOR_MS)
    if (request === null) return context.json({ accepted: false, reason: decision.reason, sentence: explain(decision.reason), remedy: remedyOf(decision.reason) } satisfies SwitchoverAnswer, 409)
    await store.addSwitchover(term(), request)
    return context.json({ accepted: true, machine: request.machine, target: request.target } satisfies SwitchoverAnswer, 202)
  })
}
