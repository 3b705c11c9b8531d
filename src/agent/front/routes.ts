/** The controller's word about the entry address. Who may call them is the application's to say. */
import type { TlsApp } from '../../lib/tls-server.ts'
import { announce } from '../announce.ts'
import type { StandDownOrder } from '../api.ts'
import type { FrontWatch } from './watch.ts'

export function frontRoutes(app: TlsApp, front: () => FrontWatch | null): void {
  app.post('/v1/entry/stand-down', async (context) => {
    const watch = front()
    if (watch === null) return context.json({ error: 'this machine is no entry machine' }, 404)
    watch.standDown(await context.req.json<StandDownOrder>())
    return context.json({ done: true })
  })
  app.post('/v1/entry/announce', async (context) => {
    await announce()
    return context.json({ done: true })
  })
}
