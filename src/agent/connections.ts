/** Requests that this machine's nginx has under way with a server (Documentation/networking/proc_net_tcp.rst). */
import { readFileSync } from 'node:fs'
import { addressOf } from './drift/listeners.ts'

const ESTABLISHED = '01'
const ROOT = '0'

/** Lines of open connections to `address:port`, but for root's: those are the agent's own checks. */
export const countConnections = (table: string, address: string, port: number): number => table.split('\n').filter((line) => {
  const [, , remote, state, , , , uid] = line.trim().split(/\s+/)
  const [hex = '', hexPort = ''] = remote?.split(':') ?? []
  return state === ESTABLISHED && uid !== ROOT && Number.parseInt(hexPort, 16) === port && addressOf(hex) === address
}).length

export const connectionsTo = (address: string, port: number): number => countConnections(readFileSync('/proc/net/tcp', 'latin1'), address, port)
