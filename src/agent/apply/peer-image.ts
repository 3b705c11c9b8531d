/** A copy of an image from another machine of the stack: for when the registry is away, and a machine is made anew. */
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { PORTS } from '../../plan/types.ts'
import type { ManifestImage } from '../../render/manifest.ts'
import { canConnect } from '../can-connect.ts'
import { IMAGE_COPIES, readIdentity } from '../state-dir.ts'
import { nameImage, podman, podmanBehindWork } from './podman.ts'

const CONNECT_TIMEOUT_MS = 1500
/** podman writes the whole archive to its disk before the first byte goes out. */
const SILENCE_TIMEOUT_MS = 60_000
const COPY_TIMEOUT_MS = 180_000
const LOAD_TIMEOUT_MS = 120_000

/** Null when it is there now. Otherwise the end of a sentence that says why not. */
export async function takeFromPeers(release: ManifestImage, name: string): Promise<string | null> {
  const reasons: string[] = []
  for (const address of release.peers) {
    const reason = await takeFrom(address, release, name).catch((error: unknown) => (error as Error).message)
    if (reason === null) return null
    reasons.push(`${address}: ${reason}`)
  }
  return reasons.length === 0 ? '' : `; nor does another app machine (${reasons.join('; ')})`
}

/** podman checks each layer against the configuration, and its id is that configuration's digest. */
async function takeFrom(address: string, { ids }: ManifestImage, name: string): Promise<string | null> {
  if (!(await canConnect(`${address}:${PORTS.agent}`, false, CONNECT_TIMEOUT_MS))) return 'takes no connection'
  await mkdir(IMAGE_COPIES, { recursive: true, mode: 0o700 })
  const file = join(IMAGE_COPIES, 'from-peer.tar')
  try {
    const status = await download(`https://${address}:${PORTS.agent}/v1/images/${encodeURIComponent(name)}`, file)
    if (status !== 200) return status === 404 ? 'has no copy' : `answered ${status}`
    const loaded = await podmanBehindWork(['load', '--quiet', `--input=${file}`], LOAD_TIMEOUT_MS)
    const id = /sha256:([0-9a-f]{64})$/.exec(loaded.stdout.trim())?.[1]
    if (loaded.code !== 0 || id === undefined) return `its copy can't be read: ${loaded.stderr.trim().split('\n').at(-1)}`
    if (!ids.includes(id)) {
      await podman(['image', 'rm', id])
      return 'its copy is another image'
    }
    return await nameImage(id, name, `localhost/sha256:${id}`)
  } finally {
    await rm(file, { force: true })
  }
}

async function download(url: string, file: string): Promise<number> {
  const { key, cert, ca } = await readIdentity()
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = request(url, { key, cert, ca, agent: false, timeout: SILENCE_TIMEOUT_MS }, resolve)
    call.once('error', reject).once('timeout', () => call.destroy(new Error('fell silent')))
    call.end()
  })
  if (answer.statusCode !== 200) answer.destroy()
  else await pipeline(answer, createWriteStream(file, { mode: 0o600 }), { signal: AbortSignal.timeout(COPY_TIMEOUT_MS) })
  return answer.statusCode ?? 0
}
