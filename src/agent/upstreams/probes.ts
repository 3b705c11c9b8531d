/** Is anyone there? A machine without a kernel that answers is gone, whatever its connections look like. */
import { connect } from 'node:net'
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
