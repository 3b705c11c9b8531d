/** Brings the machine to its manifest: packages, release, files, units. Idempotent; safe to be killed anywhere and run again. */
import type { Manifest, UnitReload } from '../../render/manifest.ts'
import type { Witness } from '../drift/witness.ts'
import { readApplied, readOwedReloads, saveApplied, saveOwedReloads, type Identity } from '../state-dir.ts'
import { leftoverPaths, mergeReloads } from './file-changes.ts'
import type { WantedFile } from './file-changes.ts'
import { applyFiles } from './files.ts'
import { installPackages } from './packages.ts'
import { releasesOf, stageRelease, tidyReleases } from './release.ts'
import { unitCommands } from './unit-commands.ts'
import { readUnits, systemctl } from './units.ts'

const UNIT_DIRECTORY = '/etc/systemd/system/'
const LINKING: readonly string[] = ['enable', 'disable', 'unmask']

/** Answers the manifest's files as they must be from now on. The witness sees those steps whose effects the manifest doesn't name. */
export async function applyManifest(manifest: Manifest, identity: Identity, { during }: Pick<Witness, 'during'>): Promise<readonly WantedFile[]> {
  await installPackages(manifest.packages, during)
  const releases = releasesOf(manifest)
  for (const release of releases) await stageRelease(release)
  const leftovers = leftoverPaths((await readApplied())?.paths ?? [], manifest)
  let owed: readonly UnitReload[] = await readOwedReloads()
  const { wanted, changed } = await applyFiles(manifest, identity, leftovers, during, async (files) => {
    owed = [...owed, ...files.flatMap((file) => file.onChange)]
    await saveOwedReloads(owed)
  })
  const unitFilesChanged = [...changed.map((file) => file.path), ...leftovers].some((path) => path.startsWith(UNIT_DIRECTORY))
  await applyUnits(manifest, owed, unitFilesChanged, during)
  await saveOwedReloads([])
  await tidyReleases(releases)
  await saveApplied({ revision: manifest.revision, paths: manifest.files.map((file) => file.path) })
  return wanted
}

async function applyUnits(manifest: Manifest, owed: readonly UnitReload[], unitFilesChanged: boolean, during: Witness['during']): Promise<void> {
  const reloads = mergeReloads(owed)
  const current = await readUnits([...new Set([...manifest.units.map((unit) => unit.name), ...reloads.keys()])])
  for (const args of unitCommands(manifest.units, current, reloads, unitFilesChanged)) {
    // These may enable more than they are asked to: `Also=`, `Alias=`.
    await (LINKING.includes(args[0] ?? '') ? during(() => systemctl(args)) : systemctl(args))
  }
}
