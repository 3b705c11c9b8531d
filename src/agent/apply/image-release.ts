/** A release that is an image: has it on the machine before anything is switched to it. */
import { run, tryRun } from '../../lib/exec.ts'
import type { ManifestImage } from '../../render/manifest.ts'

const LOOK_TIMEOUT_MS = 10_000
const PULL_TIMEOUT_MS = 600_000

/** False always: the unit that runs it names it, and is a file of the manifest. */
export async function applyImage({ image }: ManifestImage): Promise<boolean> {
  const present = await tryRun('podman', ['image', 'exists', image], { timeoutMs: LOOK_TIMEOUT_MS })
  if (present.code !== 0) await run('podman', ['pull', '--quiet', image], { timeoutMs: PULL_TIMEOUT_MS })
  return false
}
