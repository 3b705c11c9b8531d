/** One application of a manifest at a time; the newest wish wins. */
import type { Manifest } from '../render/manifest.ts'
import { errorFields, type Log } from '../lib/log.ts'
import { applyManifest } from './apply/apply.ts'
import type { Facts } from './api.ts'
import { saveManifest, type Identity } from './state-dir.ts'

export interface Applier {
  readonly wish: (manifest: Manifest) => Promise<void>
  readonly revision: () => string | null
  readonly applying: () => Facts['applying']
}

/** `onApplied` hears of each complete application. */
export function createApplier(identity: Identity, log: Log, onApplied: () => Promise<void>): Applier {
  let revision: string | null = null
  let applying: Facts['applying'] = null
  let queue = Promise.resolve()
  const apply = async (manifest: Manifest): Promise<void> => {
    applying = { revision: manifest.revision, error: null }
    try {
      await applyManifest(manifest, identity)
      revision = manifest.revision
      applying = null
      log('info', 'applied', { revision })
      await onApplied()
    } catch (error) {
      applying = { revision: manifest.revision, error: errorFields(error).error }
      log('error', 'could not apply the manifest', { revision: manifest.revision, ...errorFields(error) })
    }
  }
  return {
    revision: () => revision,
    applying: () => applying,
    wish: async (manifest) => {
      await saveManifest(manifest)
      queue = queue.then(() => apply(manifest))
    },
  }
}
