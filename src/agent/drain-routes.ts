/** Takes an application server out of this entry machine's pool while it is changed, and tells how many requests it still has under way there. */
import type { TlsApp } from '../lib/tls-server.ts'
import type { ConnectionsAnswer, DrainOrder } from './api.ts'
import { connectionsTo } from './connections.ts'
import type { Drains } from './upstreams/drains.ts'
import type { UpstreamWatch } from './upstreams/watch.ts'

const DRAIN_MAX_MS = 600_000

export interface DrainParts {
  readonly drains: Drains
  /** Null: no entry machine. */
  readonly upstreams: () => UpstreamWatch | null
}

/** Who may call them is the application's to say. */
export function drainRoutes(app: TlsApp, { drains, upstreams }: DrainParts): void {
  app.post('/v1/drains', async (context) => {
    const { machine, forMs } = await context.req.json<DrainOrder>()
    if (upstreams() === null) return context.json({ error: 'this machine sends requests to nobody' }, 404)
    drains.begin(machine, Math.min(DRAIN_MAX_MS, forMs))
    await upstreams()?.tellNginx()
    return context.json({ drained: machine })
  })
  app.delete('/v1/drains/:machine', async (context) => {
    drains.end(context.req.param('machine'))
    await upstreams()?.tellNginx()
    return context.json({ drained: null })
  })
  app.get('/v1/connections/:address/:port', (context) =>
    context.json({ established: connectionsTo(context.req.param('address'), Number(context.req.param('port'))) } satisfies ConnectionsAnswer))
}
