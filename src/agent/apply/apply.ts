/** Brings the machine to its manifest: packages, release, files, units. Idempotent; safe to be killed anywhere and run again. */
import type { Manifest, UnitReload } from '../../render/manifest.ts'
import { readApplied, readOwedReloads, saveApplied, saveOwedReloads, type Identity } from '../state-dir.ts'
import { leftoverPaths, mergeReloads } from './file-changes.ts'
import { applyFiles } from './files.ts'
import { installPackages } from './packages.ts'
import { applyRelease } from './release.ts'
import { unitCommands } from './unit-commands.ts'
import { readUnits, systemctl } from './units.ts'

const UNIT_DIRECTORY = '/etc/systemd/system/'

export async function applyManifest(manifest: Manifest, identity: Identity): Promise<void> {
  await installPackages(manifest.packages)
  const released = manifest.release !== undefined && (await applyRelease(manifest.release)) ? manifest.release.onChange : []
  const leftovers = leftoverPaths((await readApplied())?.paths ?? [], manifest)
  let owed: readonly UnitReload[] = [...(await readOwedReloads()), ...released]
  const changed = await applyFiles(manifest, identity, leftovers, async (files) => {
    owed = [...owed, ...files.flatMap((file) => file.onChange)]
    await saveOwedReloads(owed)
  })
  const unitFilesChanged = [...changed.map((file) => file.path), ...leftovers].some((path) => path.startsWith(UNIT_DIRECTORY))
  await applyUnits(manifest, owed, unitFilesChanged)
  await saveOwedReloads([])
  await saveApplied({ revision: manifest.revision, paths: manifest.files.map((file) => file.path) })
}

async function applyUnits(manifest: Manifest, owed: readonly UnitReload[], unitFilesChanged: boolean): Promise<void> {
  const reloads = mergeReloads(owed)
  const current = await readUnits([...new Set([...manifest.units.map((unit) => unit.name), ...reloads.keys()])])
  for (const args of unitCommands(manifest.units, current, reloads, unitFilesChanged)) await systemctl(args)
}
