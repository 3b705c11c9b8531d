/** Reads the machine's TCP servers and who holds them, without starting a process. */
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs'
import { isPastListeners, parseListeners, type Listener } from './listeners.ts'
import { unitOfCgroup, type Owner } from './port-rule.ts'

const CHUNK_BYTES = 16 * 1024
const TABLE_MAX_BYTES = 1024 * 1024

/** As much of the table as has servers in it: a walk through all connections costs the kernel milliseconds. */
function readServers(path: string): string {
  const file = openSync(path, 'r')
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES)
    let text = ''
    while (text.length < TABLE_MAX_BYTES && !isPastListeners(text)) {
      const length = readSync(file, chunk, 0, CHUNK_BYTES, null)
      if (length === 0) break
      text += chunk.toString('latin1', 0, length)
    }
    return text
  } finally {
    closeSync(file)
  }
}

let lastRead: { readonly atMs: number; readonly listeners: readonly Listener[] } | undefined

/** As they were read last, when that is not too long ago. */
export const recentListeners = (maxAgeMs: number): readonly Listener[] | null =>
  (lastRead !== undefined && performance.now() - lastRead.atMs < maxAgeMs ? lastRead.listeners : readListeners())

/** Null when the kernel doesn't tell. */
export function readListeners(): readonly Listener[] | null {
  const listeners = readTables()
  lastRead = listeners === null ? undefined : { atMs: performance.now(), listeners }
  return listeners
}

/** A kernel without IPv6 has no second table. */
function readTables(): readonly Listener[] | null {
  try {
    const six = ((): string => {
      try {
        return readServers('/proc/net/tcp6')
      } catch {
        return ''
      }
    })()
    return [...parseListeners(readServers('/proc/net/tcp')), ...parseListeners(six)]
  } catch {
    return null
  }
}

export const processIds = (): string[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name))

function holds(pid: string, sockets: ReadonlyMap<string, string>): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return sockets.get(readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? []
      } catch {
        return []
      }
    })
  } catch {
    return []
  }
}

/** Owners of some sockets, by inode: asks every process, so only for those that are not expected anyway. */
export function findOwners(inodes: readonly string[]): ReadonlyMap<string, Owner> {
  const sockets = new Map(inodes.map((inode) => [`socket:[${inode}]`, inode]))
  const owners = new Map<string, Owner>()
  for (const pid of inodes.length === 0 ? [] : processIds()) {
    for (const inode of holds(pid, sockets)) {
      if (owners.has(inode)) continue
      try {
        const program = readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
        owners.set(inode, { program, unit: unitOfCgroup(readFileSync(`/proc/${pid}/cgroup`, 'utf8')) })
      } catch {
        // It ended meanwhile.
      }
    }
  }
  return owners
}
