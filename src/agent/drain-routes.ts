/** Takes an application server out of this entry machine's pool while it is changed, and tells how many requests it still has under way there. */
import { isIPv4 } from 'node:net'
import { run } from '../lib/exec.ts'
import type { TlsApp } from '../lib/tls-server.ts'
import type { ConnectionsAnswer, DrainAnswer, DrainOrder } from './api.ts'
import { connectionsTo } from './connections.ts'
import { drainRules } from './upstreams/drain-rules.ts'
import type { UpstreamWatch } from './upstreams/watch.ts'

const SECONDS_MAX = 600
const TIMEOUT_MS = 2000

export interface DrainParts {
  /** Null: no entry machine. */
  readonly upstreams: () => UpstreamWatch | null
}

/** Who may call them is the application's to say. */
export function drainRoutes(app: TlsApp, { upstreams }: DrainParts): void {
  app.put('/v1/drains', async (context) => {
    const { machine, address, port, seconds } = await context.req.json<DrainOrder>()
    if (!isIPv4(address) || !Number.isInteger(port) || !Number.isInteger(seconds) || seconds < 0 || seconds > SECONDS_MAX) return context.json({ error: `an address, a port, and 0 to ${SECONDS_MAX} seconds` }, 400)
    const states = upstreams()?.states()
    if (states === undefined) return context.json({ error: 'this machine sends requests to nobody' }, 404)
    // Somebody has to answer.
    const hasOthers = Object.entries(states).some(([name, state]) => name !== machine && state === 'up')
    if (seconds > 0 && !hasOthers) return context.json({ drained: false } satisfies DrainAnswer)
    await run('nft', ['-f', '-'], { input: drainRules([{ address, port }], seconds), timeoutMs: TIMEOUT_MS })
    return context.json({ drained: seconds > 0 } satisfies DrainAnswer)
  })
  app.get('/v1/connections/:address/:port', (context) =>
    context.json({ established: connectionsTo(context.req.param('address'), Number(context.req.param('port'))) } satisfies ConnectionsAnswer))
}
