/** The agent's API once it is born (see api.ts): operators and controllers act, machines may only probe. */
import { Hono } from 'hono'
import type { Manifest } from '../render/manifest.ts'
import { requirePeer, type TlsApp } from '../lib/tls-server.ts'
import { run } from '../lib/exec.ts'
import { errorFields, type Log } from '../lib/log.ts'
import type { Applier } from './applier.ts'
import type { Facts, PeerKind, ProbeRequest } from './api.ts'
import { certificateRoutes } from './certificate/routes.ts'
import type { FrontWatch } from './front/watch.ts'
import { frontRoutes } from './front/routes.ts'
import { fenceRoutes } from './fence/routes.ts'
import { imageRoutes } from './image-routes.ts'
import { metricsRoute } from './metrics-route.ts'
import { drainRoutes, type DrainParts } from './drain-routes.ts'
import { handOverRoutes, type HandOverParts } from './hand-over-routes.ts'
import { powerRoutes } from './power-routes.ts'
import { probe } from './probe.ts'
import { taskRoutes } from './task-routes.ts'
import { releaseRoutes } from './release-routes.ts'

export interface AgentParts extends HandOverParts, DrainParts {
  readonly stack: string
  /** This machine's own address. */
  readonly address: string
  readonly applier: Applier
  readonly facts: () => Promise<Facts>
  readonly isEntry: () => boolean
  readonly log: Log
  /** Null: no entry machine. */
  readonly front: () => FrontWatch | null
}

/** Who may give orders, and ask for facts. */
export const ACTING: readonly PeerKind[] = ['operator', 'controller']

const LOG_LINES_MAX = 5000

export function agentRoutes(parts: AgentParts): TlsApp {
  const app: TlsApp = new Hono()
  const acting = requirePeer(parts.stack, ACTING)
  const anyPeer = requirePeer(parts.stack, ['operator', 'controller', 'machine'])

  metricsRoute(app, parts)
  app.get('/v1/facts', acting, async (context) => context.json(await parts.facts()))
  app.post('/v1/probe', anyPeer, async (context) => context.json(await probe(await context.req.json<ProbeRequest>())))
  app.put('/v1/manifest', acting, async (context) => {
    const manifest = await context.req.json<Manifest>()
    await parts.applier.wish(manifest)
    return context.json({ accepted: manifest.revision }, 202)
  })
  app.put('/v1/staged', acting, async (context) => {
    try {
      await parts.applier.stage(await context.req.json<Manifest>())
      return context.body(null, 204)
    } catch (error) {
      return context.json({ error: errorFields(error).error }, 502)
    }
  })
  for (const path of ['/v1/releases/*', '/v1/units/*', '/v1/reboot', '/v1/repair', '/v1/disk/*', '/v1/fence', '/v1/clients/*', '/v1/drains', '/v1/connections/*', '/v1/tasks/*', '/v1/database/*', '/v1/entry/*', '/v1/certificate']) app.use(path, acting)
  releaseRoutes(app)
  certificateRoutes(app, parts.isEntry, parts.log)
  imageRoutes(app, anyPeer)
  handOverRoutes(app, parts)
  drainRoutes(app, parts)
  taskRoutes(app)
  powerRoutes(app, parts.applier, parts.log)
  frontRoutes(app, parts.front)
  fenceRoutes(app, parts.address, parts.log)
  app.get('/v1/logs', acting, async (context) => {
    const unit = context.req.query('unit')
    const lines = Math.min(LOG_LINES_MAX, Math.max(1, Number(context.req.query('lines') ?? 100) || 100))
    if (unit !== undefined && !/^[\w@.:-]+$/.test(unit)) return context.json({ error: 'unit: not a unit name' }, 400)
    const journal = await run('journalctl', ['--no-pager', '--output=short-iso', `--lines=${lines}`, ...(unit === undefined ? [] : [`--unit=${unit}`])], { timeoutMs: 15_000 })
    return context.text(`${journal}\n`)
  })
  return app
}
