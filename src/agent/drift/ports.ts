/** Looks for TCP servers that nobody ordered. */
import type { Manifest } from '../../render/manifest.ts'
import type { Baseline } from './baseline.ts'
import type { Finding } from './finding.ts'
import { socketName, type Listener } from './listeners.ts'
import { isExpected, portFinding, type Expected, type Owner } from './port-rule.ts'
import { findOwners, readListeners } from './tcp.ts'

/** Services of the image may open their ports a little later than the machine is born. */
const SETTLE_MS = 60_000

export const REGROW_UNITS: readonly string[] = ['regrow-agent.service', 'regrow-controller.service']

export interface PortWatch {
  readonly unexpected: (expected: Expected) => readonly Finding[]
  /** The baseline's ports with those that services of the image have opened since; null: nothing new, or too late for it. */
  readonly settling: (baseline: Baseline, manifest: Pick<Manifest, 'units'>) => readonly string[] | null
}

export function portWatch(): PortWatch {
  const owners = new Map<string, Owner>()
  const ownersOf = (listeners: readonly Listener[]): ReadonlyMap<string, Owner> => {
    const open = new Set(listeners.map(({ inode }) => inode))
    for (const inode of owners.keys()) if (!open.has(inode)) owners.delete(inode)
    for (const [inode, owner] of findOwners([...open].filter((inode) => !owners.has(inode)))) owners.set(inode, owner)
    return owners
  }
  return {
    unexpected: (expected) => {
      const units = new Set([...expected.units, ...REGROW_UNITS])
      const doubtful = (readListeners() ?? []).filter((listener) => !isExpected(listener, null, expected))
      const found = ownersOf(doubtful)
      return doubtful
        .filter((listener) => !isExpected(listener, found.get(listener.inode) ?? null, { ...expected, units }))
        .map((listener) => portFinding(listener, found.get(listener.inode) ?? null))
    },
    settling: (baseline, manifest) => {
      if (Date.now() > baseline.takenMs + SETTLE_MS) return null
      const ours = new Set([...manifest.units.map(({ name }) => name), ...REGROW_UNITS])
      const fresh = (readListeners() ?? []).filter((listener) => !baseline.ports.includes(socketName(listener)))
      const found = ownersOf(fresh)
      const ofImage = fresh.filter(({ inode }) => {
        const unit = found.get(inode)?.unit ?? null
        return unit !== null && !ours.has(unit)
      })
      return ofImage.length === 0 ? null : [...baseline.ports, ...new Set(ofImage.map(socketName))]
    },
  }
}
