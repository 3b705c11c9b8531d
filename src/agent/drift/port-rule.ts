/** Pure: which TCP servers a machine is expected to have. */
import type { Finding } from './finding.ts'
import { socketName, type Listener } from './listeners.ts'

/** Who holds a socket; null: nobody that could be found. */
export interface Owner {
  readonly program: string
  /** Its systemd service by its cgroup; null: started by something else, such as a shell. */
  readonly unit: string | null
}

export interface Expected {
  /** Ports that the plan opens on this machine. */
  readonly planned: ReadonlySet<number>
  /** `address:port` of what came with the image. */
  readonly baseline: ReadonlySet<string>
  /** The manifest's units and Regrow's own. */
  readonly units: ReadonlySet<string>
}

const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '[::1]'

/**
 * Expected are the plan's ports, what came with the image, and what the plan's own services open on loopback, where
 * ephemeral ports live. Everything else is drift: a port of the application's that the plan doesn't know too, when others
 * could reach it, for that is what an intruder in the application looks like; and anybody else's on loopback.
 */
export function isExpected(listener: Listener, owner: Owner | null, expected: Expected): boolean {
  if (expected.planned.has(listener.port) || expected.baseline.has(socketName(listener))) return true
  return isLoopback(listener.address) && owner?.unit !== null && owner?.unit !== undefined && expected.units.has(owner.unit)
}

export const portFinding = (listener: Listener, owner: Owner | null): Finding => ({
  kind: 'port',
  what: `tcp ${socketName(listener)} (${owner?.program ?? 'unknown'})`,
  change: 'added',
  names: [`:${listener.port}`, socketName(listener)],
})

/** The last service in a cgroup's path: `0::/system.slice/nginx.service`. */
export function unitOfCgroup(text: string): string | null {
  const line = text.split('\n').find((one) => one.startsWith('0::')) ?? ''
  return line.split('/').findLast((part) => part.endsWith('.service')) ?? null
}
