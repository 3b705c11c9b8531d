/** The two questions an entry machine asks an application server: is anyone there, and are you well? */
import { connect } from 'node:net'
import type { Upstream } from '../../render/upstreams.ts'
import { plainStatus } from '../local-client.ts'

/** True when the machine's kernel answers at all, be it with a refusal. */
export function answersConnect(upstream: Upstream, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: upstream.address, port: upstream.port })
    const finish = (answered: boolean): void => {
      socket.destroy()
      resolve(answered)
    }
    socket.setTimeout(timeoutMs, () => finish(false))
    socket.once('connect', () => finish(true))
    socket.once('error', (error: NodeJS.ErrnoException) => finish(error.code === 'ECONNREFUSED'))
  })
}

/** True for a 2xx answer in time. */
export async function isHealthy(upstream: Upstream, path: string, timeoutMs: number): Promise<boolean> {
  const status = await plainStatus(`http://${upstream.address}:${upstream.port}${path}`, timeoutMs).catch(() => 0)
  return status >= 200 && status < 300
}
