/** A copy of an image from another machine of the stack: for when the registry is away, and a machine is made anew. */
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { request } from 'node:https'
import { pipeline } from 'node:stream/promises'
import { join } from 'node:path'
import type { IncomingMessage } from 'node:http'
import { tryRun } from '../../lib/exec.ts'
import { PORTS } from '../../plan/types.ts'
import type { ManifestImage } from '../../render/manifest.ts'
import { IMAGE_COPIES, readIdentity } from '../state-dir.ts'

const ANSWER_TIMEOUT_MS = 3000
const COPY_TIMEOUT_MS = 120_000
const LOAD_TIMEOUT_MS = 120_000

/** True when one of them had it, and it is what its id says: podman checks each layer against that. */
export async function takeFromPeers(release: ManifestImage, name: string): Promise<boolean> {
  for (const address of release.peers) {
    if (await takeFrom(address, release, name).catch(() => false)) return true
  }
  return false
}

async function takeFrom(address: string, { ids }: ManifestImage, name: string): Promise<boolean> {
  await mkdir(IMAGE_COPIES, { recursive: true, mode: 0o700 })
  const file = join(IMAGE_COPIES, 'from-peer.tar')
  try {
    await download(`https://${address}:${PORTS.agent}/v1/images/${encodeURIComponent(name)}`, file)
    const loaded = await tryRun('podman', ['--events-backend=none', 'load', '--quiet', `--input=${file}`], { timeoutMs: LOAD_TIMEOUT_MS })
    const id = /sha256:([0-9a-f]{64})$/.exec(loaded.stdout.trim())?.[1]
    if (loaded.code !== 0 || id === undefined) return false
    if (!ids.includes(id)) {
      await tryRun('podman', ['image', 'rm', id], { timeoutMs: ANSWER_TIMEOUT_MS * 10 })
      return false
    }
    return (await tryRun('podman', ['tag', id, name], { timeoutMs: ANSWER_TIMEOUT_MS * 10 })).code === 0
  } finally {
    await rm(file, { force: true })
  }
}

async function download(url: string, file: string): Promise<void> {
  const { key, cert, ca } = await readIdentity()
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = request(url, { key, cert, ca, agent: false, timeout: ANSWER_TIMEOUT_MS }, resolve)
    call.once('error', reject).once('timeout', () => call.destroy(new Error(`${url} gave no answer`)))
    call.end()
  })
  if (answer.statusCode !== 200) {
    answer.destroy()
    throw new Error(`${url} answered ${answer.statusCode}`)
  }
  await pipeline(answer, createWriteStream(file, { mode: 0o600 }), { signal: AbortSignal.timeout(COPY_TIMEOUT_MS) })
}
