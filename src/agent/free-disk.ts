/** Frees what the machine can do without: nothing of the application's, nothing of the database's, no manifest's file. */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { tryRun } from '../lib/exec.ts'
import type { Manifest } from '../render/manifest.ts'
import type { FreedAnswer } from './api.ts'
import { removeOtherImages } from './apply/image-release.ts'
import { releasesOf, tidyReleases } from './apply/release.ts'
import { storedImage } from '../render/stored-image.ts'
import { RELEASE_CACHE } from './state-dir.ts'

const TIMEOUT_MS = 30_000
/** The last lines of the journal are what a human needs who looks why the disk is full. */
const JOURNAL_KEPT = '16M'
const IMAGE_STORAGE = '/var/lib/containers/storage/overlay'
/** `syslog.1`, `dpkg.log.2.gz`: written to no more. */
const ROTATED = /\.(\d+|old)(\.(gz|xz|zst))?$|\.(gz|xz|zst)$/

type Releases = Pick<Manifest, 'release' | 'beside'>

interface Part {
  readonly name: string
  readonly directories: readonly string[]
  readonly free: () => Promise<unknown>
}

export async function freeDisk(manifest: Releases): Promise<FreedAnswer> {
  const parts: Record<string, number> = {}
  for (const { name, directories, free } of partsOf(manifest)) {
    const before = await sizeOf(directories)
    // What can't be freed leaves the rest to be.
    await free().catch(() => undefined)
    parts[name] = Math.max(0, before - (await sizeOf(directories)))
  }
  return { freedBytes: Object.values(parts).reduce((sum, bytes) => sum + bytes, 0), parts }
}

const partsOf = (manifest: Releases): readonly Part[] => [
  { name: 'journal', directories: ['/var/log/journal', '/run/log/journal'], free: () => tryRun('journalctl', ['--rotate', `--vacuum-size=${JOURNAL_KEPT}`], { timeoutMs: TIMEOUT_MS }) },
  { name: 'apt', directories: ['/var/cache/apt', '/var/lib/apt/lists'], free: () => emptied(['/var/cache/apt', '/var/cache/apt/archives', '/var/cache/apt/archives/partial', '/var/lib/apt/lists', '/var/lib/apt/lists/partial']) },
  { name: 'core dumps', directories: ['/var/lib/systemd/coredump', '/var/crash'], free: () => emptied(['/var/lib/systemd/coredump', '/var/crash']) },
  { name: 'rotated logs', directories: ['/var/log'], free: () => rotatedLogs('/var/log') },
  ...oldImages(releasesOf(manifest).flatMap((release) => (release.kind === 'image' ? [storedImage(release.image)] : []))),
  ...(manifest.release === undefined || manifest.release.kind === 'image' ? [] : [{ name: 'old releases', directories: [manifest.release.root, RELEASE_CACHE], free: () => tidyReleases(releasesOf(manifest)) }]),
]

const oldImages = (kept: readonly string[]): readonly Part[] => (kept.length === 0 ? [] : [{ name: 'old images', directories: [IMAGE_STORAGE], free: () => removeOtherImages(kept) }])

/** Files go, directories stay: programs expect them. */
async function emptied(directories: readonly string[]): Promise<void> {
  for (const directory of directories) {
    for (const entry of await readdir(directory, { withFileTypes: true }).catch(() => [])) {
      if (entry.isFile() && entry.name !== 'lock') await rm(join(directory, entry.name), { force: true })
    }
  }
}

async function rotatedLogs(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true }).catch(() => [])) {
    const path = join(directory, entry.name)
    if (entry.isDirectory() && entry.name !== 'journal') await rotatedLogs(path)
    else if (entry.isFile() && ROTATED.test(entry.name)) await rm(path, { force: true })
  }
}

/** Bytes on the disk, of files that may go while they are counted. */
async function sizeOf(paths: readonly string[]): Promise<number> {
  let bytes = 0
  for (const path of paths) {
    const entries = await readdir(path, { withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      if (entry.isDirectory()) bytes += await sizeOf([join(path, entry.name)])
      else if (entry.isFile()) bytes += ((await stat(join(path, entry.name)).catch(() => undefined))?.blocks ?? 0) * 512
    }
  }
  return bytes
}
