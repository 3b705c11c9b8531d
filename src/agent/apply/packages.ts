/** Debian packages that the manifest orders: normally all in the image, so this only looks. */
import { run, tryRun } from '../../lib/exec.ts'
import type { Witness } from '../drift/witness.ts'

const INSTALL_TIMEOUT_MS = 300_000

/** Names whose status is not `installed` in dpkg-query's `name status` lines. */
export function missingPackages(wanted: readonly string[], listing: string): readonly string[] {
  const installed = new Set(listing.split('\n').flatMap((line) => {
    const [name, status] = line.split(' ')
    return name !== undefined && status === 'installed' ? [name] : []
  }))
  return wanted.filter((name) => !installed.has(name))
}

export async function installPackages(wanted: readonly string[], during: Witness['during']): Promise<void> {
  if (wanted.length === 0) return
  // Exits 1 when one of the names is unknown, and still lists the others.
  const listing = await tryRun('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...wanted], { timeoutMs: 10_000 })
  const missing = missingPackages(wanted, listing.stdout)
  if (missing.length === 0) return
  await during(() => run('apt-get', ['install', '-y', '--no-install-recommends', ...missing], { timeoutMs: INSTALL_TIMEOUT_MS, env: { DEBIAN_FRONTEND: 'noninteractive' } }))
}
