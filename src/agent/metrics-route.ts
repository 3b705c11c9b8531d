/** `GET /v1/metrics`: the agent's facts as Prometheus text. Written by hand: a metrics library would cost the agent megabytes. */
import { requirePeer, type TlsApp } from '../lib/tls-server.ts'
import { AGENT_GAUGES } from '../metrics/agent-gauges.ts'
import { renderGauges, TEXT_FORMAT } from '../metrics/gauge.ts'
import type { Facts } from './api.ts'

export function metricsRoute(app: TlsApp, parts: { readonly stack: string; readonly facts: () => Promise<Facts> }): void {
  app.get('/v1/metrics', requirePeer(parts.stack, ['operator', 'controller', 'monitor']), async (context) => {
    const { user, system } = process.cpuUsage()
    const snapshot = { facts: await parts.facts(), process: { residentBytes: process.memoryUsage.rss(), cpuSeconds: (user + system) / 1e6 } }
    return context.body(renderGauges(AGENT_GAUGES, snapshot), 200, { 'content-type': TEXT_FORMAT })
  })
}
