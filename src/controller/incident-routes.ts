/** Incidents and channels over the controller's API (see api.ts). */
import type { MiddlewareHandler } from 'hono'
import type { TlsApp } from '../lib/tls-server.ts'
import type { Chronicle } from './chronicle.ts'

export function incidentRoutes(app: TlsApp, leads: MiddlewareHandler, chronicle: () => Chronicle | null): void {
  app.get('/v1/incidents', leads, (context) => context.json((chronicle()?.incidents() ?? []).toReversed()))
  app.get('/v1/incidents/:number', leads, (context) => {
    const number = context.req.param('number')
    const incident = chronicle()?.incidents().find((one) => String(one.number) === number)
    return incident === undefined ? context.json({ error: `there is no incident ${number}`, next: 'regrow incidents' }, 404) : context.json(incident)
  })
  app.post('/v1/notify/test', leads, async (context) => context.json((await chronicle()?.testChannels()) ?? []))
}
