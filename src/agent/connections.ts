/** TCP connections to a server of this machine that are open (Documentation/networking/proc_net_tcp.rst). */
import { readFileSync } from 'node:fs'
import { addressOf } from './drift/listeners.ts'

const ESTABLISHED = '01'
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6']

/** Lines of connections to `port` that did not come over loopback, as the agent's own checks do. */
export const countEstablished = (table: string, port: number): number => table.split('\n').filter((line) => {
  const [, local, , state] = line.trim().split(/\s+/)
  const [address = '', localPort = ''] = local?.split(':') ?? []
  return state === ESTABLISHED && Number.parseInt(localPort, 16) === port && !addressOf(address).startsWith('127.')
}).length

/** A kernel without IPv6 has no second table. */
export const connectionsTo = (port: number): number => TABLES.reduce((sum, path) => {
  try {
    return sum + countEstablished(readFileSync(path, 'latin1'), port)
  } catch {
    return sum
  }
}, 0)
