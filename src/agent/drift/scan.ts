/** Walks a tree with lstat alone; a file is read only when its size, times or inode are not those of the last walk. */
import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync, type Stats } from 'node:fs'
import { ACCOUNT_FILES } from './own-changes.ts'
import type { Entry } from './snapshot.ts'

const READ_MAX_BYTES = 16 * 1024 * 1024
/** The kernel's clock for files steps by 10 ms at the most (CONFIG_HZ). */
const TICK_MS = 100

interface Known {
  readonly stamp: string
  readonly entry: Entry
}

export interface Scanner {
  /** All below `root`, by path; what vanishes or can't be read meanwhile is left out. */
  readonly tree: (root: string) => Record<string, Entry>
  /** Undefined: there is none. */
  readonly entry: (path: string) => Entry | undefined
  /** Changes whenever the file does, links followed; empty: there is none. */
  readonly stamp: (path: string) => string
}

const permissions = (info: Stats): string => `${(info.mode & 0o7777).toString(8).padStart(4, '0')} ${info.uid}:${info.gid}`
/** Nobody but the kernel sets ctime, so no change goes unnoticed. */
const stampOf = (info: Stats): string => `${info.ino} ${info.size} ${info.mtimeMs} ${info.ctimeMs}`

export function fileEntry(mode: number, uid: number, gid: number, content: string | Buffer): Entry {
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 32)
  return `file ${mode.toString(8).padStart(4, '0')} ${uid}:${gid} ${digest}`
}

function describe(path: string, info: Stats): Entry {
  if (info.isSymbolicLink()) return `link ${readlinkSync(path)}`
  if (!info.isFile()) return `other ${permissions(info)}`
  if (ACCOUNT_FILES.includes(path)) return `file ${permissions(info)}`
  if (info.size > READ_MAX_BYTES) return `file ${permissions(info)} ${info.size} ${info.mtimeMs}`
  return fileEntry(info.mode & 0o7777, info.uid, info.gid, readFileSync(path))
}

export function createScanner(): Scanner {
  const known = new Map<string, Known>()
  const look = (path: string, info: Stats): Entry => {
    if (info.isDirectory()) return `directory ${permissions(info)}`
    const stamp = stampOf(info)
    const before = known.get(path)
    if (before?.stamp === stamp) return before.entry
    const entry = describe(path, info)
    known.set(path, { stamp, entry })
    return entry
  }
  const attempt = <T>(act: () => T): T | undefined => {
    try {
      return act()
    } catch {
      return undefined
    }
  }
  const entry = (path: string): Entry | undefined => attempt(() => look(path, lstatSync(path)))
  const listings = new Map<string, { readonly stamp: string; readonly names: readonly string[] }>()
  /** To read a directory costs far more than to look at it, and nothing comes or goes in it without its time being set. */
  const namesIn = (directory: string): readonly string[] => {
    const info = lstatSync(directory)
    const [stamp, before] = [stampOf(info), listings.get(directory)]
    if (before?.stamp === stamp) return before.names
    const names = readdirSync(directory)
    // What comes within the same tick of the kernel's clock leaves no other time.
    if (Date.now() - info.ctimeMs > TICK_MS) listings.set(directory, { stamp, names })
    else listings.delete(directory)
    return names
  }
  const walk = (directory: string, found: Record<string, Entry>): void => {
    for (const name of attempt(() => namesIn(directory)) ?? []) {
      const path = `${directory}/${name}`
      const one = entry(path)
      if (one === undefined) {
        known.delete(path)
        continue
      }
      found[path] = one
      if (one.startsWith('directory')) walk(path, found)
    }
  }
  return {
    entry,
    stamp: (path) => attempt(() => stampOf(statSync(path))) ?? '',
    tree: (root) => {
      const found: Record<string, Entry> = {}
      walk(root, found)
      return found
    },
  }
}
