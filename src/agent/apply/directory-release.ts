/** A release that is a directory: unpacks it beside the running one and switches a symbolic link. */
import { existsSync } from 'node:fs'
import { mkdir, readdir, readlink, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { OperationError } from '../../lib/errors.ts'
import { run } from '../../lib/exec.ts'
import type { ManifestDirectory } from '../../render/manifest.ts'
import { RELEASE_CACHE } from '../state-dir.ts'

export const releaseArchive = (digest: string): string => join(RELEASE_CACHE, `${digest}.tar.gz`)

const UNPACK_TIMEOUT_MS = 120_000

/** Has it on the machine, and switches nothing. */
export async function stageDirectory(release: ManifestDirectory): Promise<void> {
  const directory = join(release.root, release.digest)
  if (!existsSync(directory)) await unpack(release, directory)
}

/** True when `current` was switched. */
export async function applyDirectory(release: ManifestDirectory): Promise<boolean> {
  const current = join(release.root, 'current')
  await stageDirectory(release)
  const linked = await readlink(current).catch(() => null)
  if (linked === release.digest) return false
  await rm(`${current}.new`, { force: true })
  await symlink(release.digest, `${current}.new`)
  await rename(`${current}.new`, current)
  await removeOthers(release.root, RELEASE_CACHE, [release.digest, ...(linked === null ? [] : [linked])])
  return true
}

/** The one before stays on the disk; older ones go. */
async function removeOthers(root: string, cache: string, kept: readonly string[]): Promise<void> {
  const isKept = (name: string): boolean => name === 'current' || kept.some((digest) => name.startsWith(digest))
  for (const directory of [root, cache]) {
    const names = await readdir(directory).catch(() => [])
    for (const name of names.filter((one) => !isKept(one))) await rm(join(directory, name), { recursive: true, force: true })
  }
}

async function unpack(release: ManifestDirectory, directory: string): Promise<void> {
  const archive = releaseArchive(release.digest)
  if (!existsSync(archive)) throw new OperationError('NO_RELEASE', `release ${release.digest.slice(0, 12)} has not been delivered to this machine`)
  await rm(`${directory}.new`, { recursive: true, force: true })
  await mkdir(`${directory}.new`, { recursive: true })
  await run('tar', ['-xzf', archive, '-C', `${directory}.new`, '--no-same-owner'], { timeoutMs: UNPACK_TIMEOUT_MS })
  await rename(`${directory}.new`, directory)
}
