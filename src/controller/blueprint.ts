/** What every machine should be, rendered once per generation of the desired state; of most manifests only the outline is kept. */
import { setImmediate } from 'node:timers/promises'
import { describeCertificate, type PublicCertificate } from '../certificates/certificate.ts'
import type { Desired } from './desired.ts'
import { releaseId } from './known-releases.ts'
import { renderManifest } from '../render/render-manifest.ts'
import type { Manifest, ServedPart } from '../render/manifest.ts'
import type { Slots } from '../render/slots.ts'
import { openForStack } from '../secrets/seal.ts'
import type { StackSecrets } from '../secrets/types.ts'

/** What is compared with a machine's facts, twice a second. */
export interface Outline {
  readonly revision: string
  readonly runningUnits: readonly string[]
  readonly servingUnits: Readonly<Partial<Record<ServedPart, string>>>
}

export interface Blueprint extends Desired {
  readonly secrets: StackSecrets
  /** See known-releases.ts. */
  readonly releaseId: string
  readonly slots: Slots
  /** Of the release that is beside; null: there is none. */
  readonly besideId: string | null
  /** What the user brought; null: nothing. */
  readonly broughtCertificate: PublicCertificate | null
  readonly outlines: ReadonlyMap<string, Outline>
  /** Renders at every call: a manifest is needed once in its machine's life, and a thousand of them are a hundred megabytes. */
  readonly manifests: { readonly get: (machine: string) => Manifest | undefined }
}

export const outlineOf = ({ revision, units }: Manifest): Outline => ({
  revision,
  runningUnits: units.filter((unit) => unit.running && unit.ofApplication !== true).map((unit) => unit.name),
  servingUnits: Object.fromEntries(units.flatMap((unit) => (unit.serves === undefined ? [] : [[unit.serves, unit.name]]))),
})

export async function makeBlueprint(desired: Desired, stackKey: string): Promise<Blueprint> {
  const secrets = await openForStack(desired.sealedSecrets, stackKey)
  const { live = 'blue', beside = null } = desired
  const env = beside === null ? {} : (await openForStack(beside.sealedSecrets, stackKey)).env
  const slots: Slots = { live, beside: beside === null ? null : { release: beside.release, app: beside.app, env } }
  const besideId = beside === null ? null : releaseId(beside.release, beside.app, { ...secrets, env })
  const render = (machine: string): Manifest => renderManifest(desired.plan, machine, secrets, desired.release, slots)
  const outlines = new Map<string, Outline>()
  for (const { name } of desired.plan.machines) {
    outlines.set(name, outlineOf(render(name)))
    // Polls and the lease of the leadership must not wait until all are done.
    await setImmediate()
  }
  const broughtCertificate = secrets.entryTls?.kind === 'files' ? describeCertificate(secrets.entryTls.chainPem) : null
  return { ...desired, secrets, broughtCertificate, releaseId: releaseId(desired.release, desired.plan.app, secrets), slots, besideId, outlines, manifests: { get: (machine) => (outlines.has(machine) ? render(machine) : undefined) } }
}
