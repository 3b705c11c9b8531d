/** A release that is a directory: unpacked beside those that run. */
import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { OperationError } from '../../lib/errors.ts'
import { run } from '../../lib/exec.ts'
import type { ManifestDirectory } from '../../render/manifest.ts'
import { RELEASE_CACHE } from '../state-dir.ts'

export const releaseArchive = (digest: string): string => join(RELEASE_CACHE, `${digest}.tar.gz`)

const UNPACK_TIMEOUT_MS = 120_000

export async function stageDirectory(release: ManifestDirectory): Promise<void> {
  const directory = join(release.root, release.digest)
  if (!existsSync(directory)) await unpack(release, directory)
}

/** Of the others the newest stays: the one before. */
export async function tidyDirectories(kept: readonly ManifestDirectory[]): Promise<void> {
  const [first] = kept
  if (first === undefined) return
  for (const place of [first.root, RELEASE_CACHE]) {
    const names = (await readdir(place).catch(() => [])).filter((name) => !kept.some(({ digest }) => name.startsWith(digest)))
    const aged = await Promise.all(names.map(async (name) => ({ name, atMs: (await stat(join(place, name))).mtimeMs })))
    for (const { name } of aged.toSorted((left, right) => right.atMs - left.atMs).slice(1)) await rm(join(place, name), { recursive: true, force: true })
  }
}

async function unpack(release: ManifestDirectory, directory: string): Promise<void> {
  const archive = releaseArchive(release.digest)
  if (!existsSync(archive)) throw new OperationError('NO_RELEASE', `release ${release.digest.slice(0, 12)} has not been delivered to this machine`)
  await rm(`${directory}.new`, { recursive: true, force: true })
  await mkdir(`${directory}.new`, { recursive: true })
  await run('tar', ['-xzf', archive, '-C', `${directory}.new`, '--no-same-owner', '--touch'], { timeoutMs: UNPACK_TIMEOUT_MS })
  await rename(`${directory}.new`, directory)
}
