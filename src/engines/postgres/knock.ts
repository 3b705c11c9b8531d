/** Whether PostgreSQL takes a new connection: its sessions may go on for hours when it does not. */
import { connect } from 'node:net'
import { PORTS } from '../../plan/types.ts'
import type { Knock } from '../observer.ts'
import { SOCKET_DIR } from './names.ts'

const SOCKET = `${SOCKET_DIR}/.s.PGSQL.${PORTS.postgres}`
/** The first message of a client that asks for TLS (PostgreSQL's manual, "SSLRequest"): answered before any login, and not logged when nothing follows. */
export const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])
const NOBODY_THERE = ['ENOENT', 'ECONNREFUSED']

/** The kernel takes a connection for a main process that stands still; only an answer counts. Never rejects. */
export const knock = (timeoutMs: number, path: string = SOCKET): Promise<Knock> => new Promise((resolve) => {
  const socket = connect({ path })
  const end = (found: Knock): void => {
    clearTimeout(timer)
    socket.destroy()
    resolve(found)
  }
  // Whoever was starved finds the time over and the answer there in the same turn.
  const timer = setTimeout(() => setImmediate(() => end('silent')), timeoutMs)
  socket.once('connect', () => socket.write(SSL_REQUEST))
  socket.once('data', () => end('answered'))
  socket.once('end', () => end('answered'))
  socket.once('error', (error: NodeJS.ErrnoException) => end(NOBODY_THERE.includes(error.code ?? '') ? 'absent' : 'silent'))
})
