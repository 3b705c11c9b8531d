/** One application of a manifest at a time; the newest wish wins. */
import type { Manifest } from '../render/manifest.ts'
import { errorFields, type Log } from '../lib/log.ts'
import { applyManifest } from './apply/apply.ts'
import { installPackages } from './apply/packages.ts'
import { releasesOf, stageRelease } from './apply/release.ts'
import type { Facts } from './api.ts'
import type { DriftWatch } from './drift/watch.ts'
import { readManifest, saveManifest, type Identity } from './state-dir.ts'

const RETRY_MS = 10_000
const STAGE_AGAIN_MS = 30_000

function failure(error: unknown): { readonly error: string; readonly code?: string } {
  const { error: words, code } = errorFields(error)
  return { error: words, ...(code === undefined ? {} : { code }) }
}

export interface Applier {
  readonly wish: (manifest: Manifest) => Promise<void>
  /** Has the manifest's packages and release on the machine, and changes nothing that runs. Rejects when they can't be had; then the facts say so for a while. */
  readonly stage: (manifest: Manifest) => Promise<void>
  /** Applies the newest wish again, whatever was done already. */
  readonly repair: () => Promise<void>
  readonly revision: () => string | null
  readonly applying: () => Facts['applying']
}

/** `onApplied` hears of each complete application. Drift is not judged meanwhile. */
export function createApplier(identity: Identity, log: Log, drift: DriftWatch, onApplied: () => Promise<void>): Applier {
  let revision: string | null = null
  let applying: Facts['applying'] = null
  let newest: string | null = null
  let queue = Promise.resolve()
  let repairing = false
  const apply = async (manifest: Manifest): Promise<void> => {
    applying = { revision: manifest.revision, error: null }
    drift.pause()
    try {
      const files = await applyManifest(manifest, identity, drift.witness)
      revision = manifest.revision
      log('info', 'applied', { revision })
      await onApplied()
      // What can't be looked at is unknown, and no reason to apply again.
      await drift.resume(manifest, files).catch((error: unknown) => log('error', 'drift is unknown', errorFields(error)))
      applying = null
    } catch (error) {
      applying = { revision: manifest.revision, ...failure(error) }
      log('error', 'could not apply the manifest', { revision: manifest.revision, ...errorFields(error) })
      // Its cause may pass: a release that is still to be delivered, a package mirror that is away.
      setTimeout(() => wishAgain(manifest), RETRY_MS)
    }
  }
  const stage = async (manifest: Manifest): Promise<void> => {
    const mine: Facts['applying'] = { revision: manifest.revision, error: null }
    applying = mine
    try {
      await installPackages(manifest.packages, drift.witness.during)
      for (const release of releasesOf(manifest)) await stageRelease(release)
      if (applying === mine) applying = null
    } catch (error) {
      const failed: Facts['applying'] = { revision: manifest.revision, ...failure(error) }
      if (applying === mine) applying = failed
      log('error', 'could not get what the manifest needs', { revision: manifest.revision, ...errorFields(error) })
      // Whoever still wants it asks again.
      setTimeout(() => {
        if (applying === failed) applying = null
      }, STAGE_AGAIN_MS)
      throw error
    }
  }
  const wishAgain = (manifest: Manifest): void => {
    if (newest === manifest.revision) queue = queue.then(() => apply(manifest))
  }
  return {
    revision: () => revision,
    applying: () => applying,
    wish: async (manifest) => {
      await saveManifest(manifest)
      newest = manifest.revision
      queue = queue.then(() => apply(manifest))
    },
    stage: (manifest) => {
      const staged = queue.then(() => stage(manifest))
      queue = staged.catch(() => undefined)
      return staged
    },
    repair: async () => {
      // One that still waits for its turn does for all.
      if (repairing) return
      const manifest = await readManifest()
      repairing = true
      queue = queue.then(() => {
        repairing = false
        return newest === manifest.revision ? apply(manifest) : undefined
      })
    },
  }
}
