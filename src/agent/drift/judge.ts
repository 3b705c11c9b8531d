/** Pure: what differs between a machine's birth and now, without what its manifest orders and what machines change by themselves. */
import type { Manifest } from '../../render/manifest.ts'
import type { Finding } from './finding.ts'
import { ignoredBy } from './ignore.ts'
import { OWN_CHANGES } from './own-changes.ts'
import { differences, type Snapshot } from './snapshot.ts'
import { saysOfUnits, unitFinding } from './unit-links.ts'

const isOwnChange = ignoredBy(OWN_CHANGES.map(({ path }) => path))

export type Managed = Pick<Manifest, 'files' | 'units'>

/** The manifest's own files and units are looked at more often, elsewhere. */
export const judge = (baseline: Snapshot, now: Snapshot, manifest: Managed): readonly Finding[] =>
  [...etcFindings(baseline, now, manifest), ...otherFindings(baseline, now)]

function etcFindings(baseline: Snapshot, now: Snapshot, manifest: Managed): readonly Finding[] {
  const managedFiles = new Set(manifest.files.map(({ path }) => path))
  const managedLink = saysOfUnits(new Set(manifest.units.map(({ name }) => name)))
  const found: Finding[] = []
  // Sorted by path, so that a directory comes before what is in it.
  let whole = '//'
  for (const difference of differences(baseline.etc, now.etc)) {
    const { key, change, before, after } = difference
    if (managedFiles.has(key) || isOwnChange({ names: [key] }) || managedLink(key, after ?? before)) continue
    const unit = unitFinding(difference)
    if (unit === 'nothing') continue
    if (unit !== undefined) {
      found.push(unit)
      continue
    }
    if (key.startsWith(whole)) continue
    if (change !== 'changed' && (after ?? before)?.startsWith('directory') === true) whole = `${key}/`
    found.push({ kind: 'etc', what: key, change, names: [key] })
  }
  return found
}

const packageName = (key: string): string => key.replace(/:[^:]*$/, '')
const accountName = (key: string): string => key.replace(/ \(.*\)$/, '').replace(/: .*$/s, '')

const otherFindings = (baseline: Snapshot, now: Snapshot): readonly Finding[] => [
  ...differences(baseline.packages, now.packages).map(({ key, change }): Finding => ({ kind: 'package', what: packageName(key), change, names: [packageName(key)] })),
  ...differences(baseline.accounts, now.accounts).map(({ key, change }): Finding => ({ kind: 'account', what: key, change, names: [accountName(key)] })),
  ...differences(baseline.keys, now.keys).map(({ key, change }): Finding => ({ kind: 'authorized-key', what: key, change, names: [accountName(key)] })),
]
