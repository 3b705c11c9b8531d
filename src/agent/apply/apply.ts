/** Brings the machine to its manifest: packages, release, files, units. Idempotent; safe to be killed anywhere and run again. */
import { OperationError } from '../../lib/errors.ts'
import type { Manifest, ManifestRelease, UnitReload } from '../../render/manifest.ts'
import type { Witness } from '../drift/witness.ts'
import { readApplied, readOwedReloads, saveApplied, saveOwedReloads, type Identity } from '../state-dir.ts'
import { goneUnits, leftoverPaths, mergeReloads } from './file-changes.ts'
import type { WantedFile } from './file-changes.ts'
import { applyFiles } from './files.ts'
import { installPackages } from './packages.ts'
import { releasesOf, stageRelease, tidyReleases } from './release.ts'
import { withoutImages } from './without-images.ts'
import { unitCommands } from './unit-commands.ts'
import { disableUnit, readUnits, stopUnit, systemctl } from './units.ts'

const UNIT_DIRECTORY = '/etc/systemd/system/'
const LINKING: readonly string[] = ['enable', 'disable', 'unmask']

/** Answers the manifest's files as they must be from now on. The witness sees those steps whose effects the manifest doesn't name. */
export async function applyManifest(manifest: Manifest, identity: Identity, { during }: Pick<Witness, 'during'>): Promise<readonly WantedFile[]> {
  await installPackages(manifest.packages, during)
  const releases = releasesOf(manifest)
  const missing = await stageAll(releases)
  // A registry that is away must not keep a database from being there: all but the application is applied.
  const possible = missing === null ? manifest : withoutImages(manifest, missing.images)
  const before = await readApplied()
  const leftovers = leftoverPaths(before?.paths ?? [], manifest)
  let owed: readonly UnitReload[] = await readOwedReloads()
  const { wanted, changed } = await applyFiles(possible, identity, leftovers, during, async (files) => {
    owed = [...owed, ...files.flatMap((file) => file.onChange)]
    await saveOwedReloads(owed)
  })
  await removeUnits(goneUnits(before?.units ?? [], leftovers, manifest), during)
  const unitFilesChanged = [...changed.map((file) => file.path), ...leftovers].some((path) => path.startsWith(UNIT_DIRECTORY))
  await applyUnits(possible, owed, unitFilesChanged, during)
  await saveOwedReloads([])
  if (missing !== null) throw missing.error
  await tidyReleases(releases)
  await saveApplied({ revision: manifest.revision, paths: manifest.files.map((file) => file.path), units: manifest.units.map((unit) => unit.name) })
  return wanted
}

interface Missing {
  readonly images: readonly string[]
  readonly error: OperationError
}

/** Null: all are here. */
async function stageAll(releases: readonly ManifestRelease[]): Promise<Missing | null> {
  let missing: Missing | null = null
  for (const release of releases) {
    await stageRelease(release).catch((error: unknown) => {
      if (release.kind !== 'image' || !(error instanceof OperationError) || error.code !== 'NO_IMAGE') throw error
      missing = { images: [...(missing?.images ?? []), release.image], error: missing?.error ?? error }
    })
  }
  return missing
}

/** systemd knows a unit whose file is gone until it reads its files again: it is stopped before. */
async function removeUnits(gone: readonly string[], during: Witness['during']): Promise<void> {
  for (const unit of gone) {
    await stopUnit(unit)
    await during(() => disableUnit(unit))
  }
}

async function applyUnits(manifest: Manifest, owed: readonly UnitReload[], unitFilesChanged: boolean, during: Witness['during']): Promise<void> {
  const reloads = mergeReloads(owed)
  const current = await readUnits([...new Set([...manifest.units.map((unit) => unit.name), ...reloads.keys()])])
  for (const args of unitCommands(manifest.units, current, reloads, unitFilesChanged)) {
    // These may enable more than they are asked to: `Also=`, `Alias=`.
    await (LINKING.includes(args[0] ?? '') ? during(() => systemctl(args)) : systemctl(args))
  }
}
