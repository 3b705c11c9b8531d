/** Whether a server takes TCP connections at all. */
import { connect } from 'node:net'

/** `server`: a host, or `host:port`. Where a proxy is between, only it can tell: true. */
export function canConnect(server: string, plain: boolean, timeoutMs: number): Promise<boolean> {
  if (process.env['HTTPS_PROXY'] !== undefined || process.env['https_proxy'] !== undefined) return Promise.resolve(true)
  const { hostname, port } = new URL(`http://${server === 'docker.io' ? 'registry-1.docker.io' : server}`)
  const tryPort = (number: number): Promise<boolean> => new Promise((resolve) => {
    const socket = connect({ host: hostname, port: number, timeout: timeoutMs })
    const end = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => end(true)).once('error', () => end(false)).once('timeout', () => end(false))
  })
  // A port of 80 is no part of a URL that is http anyway.
  if (/:\d+$/.test(server)) return tryPort(port === '' ? 80 : Number(port))
  return tryPort(443).then((secure) => secure || (plain ? tryPort(80) : false))
}
