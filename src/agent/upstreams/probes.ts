/** The two questions an entry machine asks an application server: is anyone there, and are you well? */
import { connect } from 'node:net'
import { request } from 'undici'
import type { Upstream } from '../../render/upstreams.ts'

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
  try {
    const answer = await request(`http://${upstream.address}:${upstream.port}${path}`, { signal: AbortSignal.timeout(timeoutMs), reset: true })
    await answer.body.dump()
    return answer.statusCode >= 200 && answer.statusCode < 300
  } catch {
    return false
  }
}
