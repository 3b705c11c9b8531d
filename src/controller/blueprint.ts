/** What every machine should be, rendered once per generation of the desired state. */
import type { Desired } from './store.ts'
import { renderManifest } from '../render/render-manifest.ts'
import type { Manifest } from '../render/manifest.ts'
import { openForStack } from '../secrets/seal.ts'
import type { StackSecrets } from '../secrets/types.ts'

export interface Blueprint extends Desired {
  readonly secrets: StackSecrets
  readonly manifests: ReadonlyMap<string, Manifest>
}

export async function makeBlueprint(desired: Desired, stackKey: string): Promise<Blueprint> {
  const secrets = await openForStack(desired.sealedSecrets, stackKey)
  const manifests = desired.plan.machines.map(({ name }) => [name, renderManifest(desired.plan, name, secrets, desired.release)] as const)
  return { ...desired, secrets, manifests: new Map(manifests) }
}
