/** A release that is an image: had on the machine, by its digest, before anything is switched to it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OperationError } from '../../lib/errors.ts'
import type { ManifestImage } from '../../render/manifest.ts'
import { isStoredImage, storedImage } from '../../render/stored-image.ts'
import { canConnect } from '../can-connect.ts'
import { readRecentImages, saveRecentImages } from '../state-dir.ts'
import { takeFromPeers } from './peer-image.ts'
import { nameImage, podman, podmanBehindWork } from './podman.ts'
import { explainPull } from './pull-failure.ts'

const CONNECT_TIMEOUT_MS = 2000
const PULL_TIMEOUT_MS = 600_000
const REMOVE_TIMEOUT_MS = 60_000
/** Throws `OperationError` NO_IMAGE with a sentence that says why. */
export async function stageImage(release: ManifestImage): Promise<void> {
  const name = storedImage(release.image)
  if ((await podman(['image', 'exists', name])).code === 0) return
  const failure = await pull(release)
  if (failure === null) return
  const others = await takeFromPeers(release, name)
  if (others !== null) throw new OperationError('NO_IMAGE', `the registry does not give ${shortName(release.image)}: ${failure}${others}`)
}

const shortName = (image: string): string => image.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, '$1')

/** Null when it is there now; otherwise why not. */
async function pull({ image, registry }: ManifestImage): Promise<string | null> {
  const [host = ''] = image.split('/')
  // podman waits half a minute for a machine that is gone.
  if (!(await canConnect(host, registry.insecure, CONNECT_TIMEOUT_MS))) return `it is away (${host} takes no connection)`
  const directory = await mkdtemp('/run/regrow-pull-')
  try {
    const pulled = await podmanBehindWork(['pull', '--quiet', '--retry=1', ...(await accessFlags(directory, host, registry)), image], PULL_TIMEOUT_MS)
    if (pulled.code === 124) return `it took longer than ${PULL_TIMEOUT_MS / 60_000} min`
    if (pulled.code !== 0) return explainPull(pulled.stderr)
    return await nameImage(pulled.stdout.trim(), storedImage(image), image)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** The directory is in memory, and root's alone. */
async function accessFlags(directory: string, host: string, { credentials, ca, insecure }: ManifestImage['registry']): Promise<readonly string[]> {
  const flags: string[] = []
  if (credentials !== null) {
    const auth = Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')
    await writeFile(join(directory, 'auth.json'), JSON.stringify({ auths: { [host]: { auth } } }), { mode: 0o600 })
    flags.push(`--authfile=${join(directory, 'auth.json')}`)
  }
  if (ca !== null) {
    await writeFile(join(directory, 'ca.crt'), ca, { mode: 0o600 })
    flags.push(`--cert-dir=${directory}`)
  }
  return insecure ? [...flags, '--tls-verify=false'] : flags
}

/** Those that units run, and the one before, stay; older ones go. */
export async function tidyImages(releases: readonly ManifestImage[]): Promise<void> {
  const running = releases.map(({ image }) => storedImage(image))
  const recent = await readRecentImages()
  const kept = [...new Set([...running, ...recent])].slice(0, running.length + 1)
  if (kept.join() !== recent.join()) await saveRecentImages(kept)
  await removeOtherImages(kept)
}

/** Only what Regrow itself has put there. One that still runs stays too: podman refuses. */
export async function removeOtherImages(kept: readonly string[]): Promise<void> {
  const listed = await podman(['image', 'ls', '--format={{.Repository}}:{{.Tag}}'])
  const surplus = listed.stdout.split('\n').filter((name) => isStoredImage(name) && !kept.includes(name))
  for (const name of surplus) await podman(['image', 'rm', name], REMOVE_TIMEOUT_MS)
}
