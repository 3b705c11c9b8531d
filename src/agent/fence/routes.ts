/** The fence around a machine that was given up: nothing that it still does may reach the others, or be reached by them. */
import { isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { run, tryRun } from '../../lib/exec.ts'
import type { Log } from '../../lib/log.ts'
import type { TlsApp } from '../../lib/tls-server.ts'
import type { FenceRequest } from '../api.ts'
import { fenceRules } from './ruleset.ts'

const TIMEOUT_MS = 2000
const SECONDS_MAX = 600

const deviceOf = (address: string): string | undefined =>
  Object.entries(networkInterfaces()).find(([, entries]) => entries?.some((entry) => entry.address === address))?.[0]

/** `own`: this machine's address; a machine never fences itself. */
export function fenceRoutes(app: TlsApp, own: string, log: Log): void {
  app.put('/v1/fence', async (context) => {
    const wish = await context.req.json<FenceRequest>()
    const refusal = refusalOf(wish, own)
    const device = deviceOf(own)
    if (refusal !== null || device === undefined) return context.json({ error: refusal ?? `no interface has ${own}` }, 400)
    await run('nft', ['-f', '-'], { input: fenceRules(device, wish), timeoutMs: TIMEOUT_MS })
    if (wish.seconds > 0) await forget(wish)
    log('info', wish.seconds > 0 ? 'fenced off' : 'the fence is lifted', { address: wish.address, seconds: wish.seconds })
    return context.body(null, 204)
  })
}

function refusalOf({ address, card, vips, seconds }: FenceRequest, own: string): string | null {
  if (!isIPv4(address) || !vips.every((vip) => isIPv4(vip))) return 'not an IPv4 address'
  if (address === own) return 'a machine does not fence itself'
  if (card !== null && !/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(card)) return 'not a hardware address'
  return Number.isInteger(seconds) && seconds >= 0 && seconds <= SECONDS_MAX ? null : `seconds: 0 to ${SECONDS_MAX}`
}

/** Connections that wait for a dead machine's answer would wait for their keepalive, and a neighbour's entry for its time-out. */
async function forget({ address, vips }: FenceRequest): Promise<void> {
  const gone = [address, ...vips]
  await Promise.all([
    tryRun('ss', ['--no-header', '--kill', 'dst', gone.join(' or dst ')].flatMap((word) => word.split(' ')), { timeoutMs: TIMEOUT_MS }),
    ...vips.map((vip) => tryRun('ip', ['neigh', 'flush', 'to', vip], { timeoutMs: TIMEOUT_MS })),
  ])
}
