/** Brings the user's release to a machine that doesn't have it yet. */
import type { Store } from '../controller/store.ts'
import { OperationError } from '../lib/errors.ts'
import { callJson } from '../lib/mtls.ts'
import { PORTS, type Machine } from '../plan/types.ts'
import { sleep } from '../lib/clock.ts'
import type { Manifest, ManifestDirectory } from '../render/manifest.ts'
import { agentOf, type Hands } from './hands.ts'
import { NEXT_POLL_MS } from './mend.ts'

const LOOK_TIMEOUT_MS = 3000
const DELIVER_TIMEOUT_MS = 60_000
/** Longer than an agent gives a registry and then its peers. */
const PULL_TIMEOUT_MS = 1_000_000

export async function loadRelease(store: Store, digest: string): Promise<Buffer> {
  const parts = await store.releaseParts(digest)
  if (parts.length === 0) throw new OperationError('NO_RELEASE', `release ${digest.slice(0, 12)} is not in etcd; run: regrow up`)
  return Buffer.concat(parts.map((part) => Buffer.from(part, 'base64')))
}

/** The machine has all that a manifest needs before anything is changed. False: it can't be had, and the machine's facts say why. */
export async function stage(hands: Hands, machine: Machine, manifest: Manifest): Promise<boolean> {
  const releases = [manifest.release, manifest.beside].filter((release) => release !== undefined)
  for (const release of releases) if (release.kind !== 'image') await deliverRelease(hands, machine, release)
  if (releases.every(({ kind }) => kind !== 'image')) return true
  try {
    await callJson(hands.client, `${agentOf(machine)}/staged`, { method: 'PUT', json: manifest, timeoutMs: PULL_TIMEOUT_MS })
    return true
  } catch (error) {
    if (!(error instanceof OperationError) || error.code !== 'HTTP_502') throw error
    await sleep(NEXT_POLL_MS)
    return false
  }
}

export async function deliverRelease(hands: Hands, machine: Machine, { digest }: ManifestDirectory): Promise<void> {
  const url = `https://${machine.address}:${PORTS.agent}/v1/releases/${digest}`
  const present = await hands.client.call(url, { method: 'HEAD', timeoutMs: LOOK_TIMEOUT_MS })
  if (present.status === 200) return
  await callJson(hands.client, url, { method: 'PUT', body: await loadRelease(hands.store, digest), timeoutMs: DELIVER_TIMEOUT_MS })
}
