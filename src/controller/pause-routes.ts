/** Pause and resume: an operator's order to change nothing for a while (see api.ts). */
import * as z from 'zod'
import type { Pause, World } from '../decide/world.ts'
import type { TlsApp } from '../lib/tls-server.ts'
import type { Store, Term } from './store.ts'

const PAUSE_MAX_MS = 30 * 86_400_000

const order = z.strictObject({ machine: z.string().nullable(), reason: z.string().trim().min(1).max(500), forMs: z.number().min(1000).max(PAUSE_MAX_MS) })

/** The caller sees to it that this controller leads. */
export function pauseRoutes(app: TlsApp, store: Store, term: () => Term, world: () => World | null): void {
  app.get('/v1/pauses', async (context) => context.json((await store.pauses()).filter((pause) => pause.untilMs > Date.now())))
  app.post('/v1/pauses', async (context) => {
    const asked = order.safeParse(await context.req.json().catch(() => null))
    if (!asked.success) return context.json({ error: 'a pause needs a machine or null, a reason, and how long it lasts: {"machine":"db-1","reason":"kernel update","forMs":3600000}' }, 400)
    const { machine, reason, forMs } = asked.data
    if (machine !== null && world()?.machines.some((view) => view.name === machine) !== true) return context.json({ error: `the plan has no machine ${machine}` }, 404)
    const sinceMs = Date.now()
    const pause: Pause = { machine, reason, by: context.get('peer').name, sinceMs, untilMs: sinceMs + forMs }
    await store.savePause(term(), pause)
    return context.json(pause, 201)
  })
  app.delete('/v1/pauses', async (context) => {
    const machine = context.req.query('machine') ?? null
    const known = (await store.pauses()).some((pause) => pause.machine === machine && pause.untilMs > Date.now())
    if (known) await store.removePause(term(), machine)
    return context.json({ resumed: known })
  })
}
