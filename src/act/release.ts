/** Brings the user's release to a machine that doesn't have it yet. */
import type { Store } from '../controller/store.ts'
import { OperationError } from '../lib/errors.ts'
import { callJson } from '../lib/mtls.ts'
import { PORTS, type Machine } from '../plan/types.ts'
import type { ManifestRelease } from '../render/manifest.ts'
import type { Hands } from './hands.ts'

const LOOK_TIMEOUT_MS = 3000
const DELIVER_TIMEOUT_MS = 60_000

export async function loadRelease(store: Store, digest: string): Promise<Buffer> {
  const parts = await store.releaseParts(digest)
  if (parts.length === 0) throw new OperationError('NO_RELEASE', `release ${digest.slice(0, 12)} is not in etcd; run: regrow up`)
  return Buffer.concat(parts.map((part) => Buffer.from(part, 'base64')))
}

/** An image is the machine's to pull. */
export async function deliverRelease(hands: Hands, machine: Machine, release: ManifestRelease | undefined): Promise<void> {
  if (release === undefined || release.kind === 'image') return
  const { digest } = release
  const url = `https://${machine.address}:${PORTS.agent}/v1/releases/${digest}`
  const present = await hands.client.call(url, { method: 'HEAD', timeoutMs: LOOK_TIMEOUT_MS })
  if (present.status === 200) return
  await callJson(hands.client, url, { method: 'PUT', body: await loadRelease(hands.store, digest), timeoutMs: DELIVER_TIMEOUT_MS })
}
