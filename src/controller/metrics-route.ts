/** `GET /metrics` of a controller. One that doesn't act tells of itself alone, so that the stack is counted once. */
import { requirePeer, type TlsApp } from '../lib/tls-server.ts'
import { TEXT_FORMAT } from '../metrics/gauge.ts'
import type { StackSnapshot } from '../metrics/stack-gauges.ts'
import type { RouteParts } from './routes.ts'
import { statusOf } from './status.ts'

export function metricsRoute(app: TlsApp, parts: RouteParts): void {
  app.get('/metrics', requirePeer(parts.stack, ['operator', 'controller', 'monitor']), async (context) =>
    context.body(await parts.meter.text(snapshotOf(parts)), 200, { 'content-type': TEXT_FORMAT }))
}

function snapshotOf({ machine, acting }: RouteParts): StackSnapshot | null {
  const current = acting()
  const [world, blueprint] = [current?.loop.world() ?? null, current?.loop.blueprint() ?? null]
  if (current === null || world === null || blueprint === null) return null
  const { generation, plan } = blueprint
  const status = statusOf({ machine, acting: true, generation, plan, blueprint, world, doing: current.loop.doing(), sighting: current.watcher.sighting })
  return { status, world, incidents: current.chronicle.incidents() }
}
