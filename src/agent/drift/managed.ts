/** The manifest's own files and units, looked at often. */
import type { Manifest } from '../../render/manifest.ts'
import type { WantedFile } from '../apply/file-changes.ts'
import type { Finding } from './finding.ts'
import { fileEntry, type Scanner } from './scan.ts'
import type { Entry } from './snapshot.ts'
import { managedUnitFindings, UNIT_DIRECTORY } from './unit-links.ts'

/** What each file must be, by path. */
export const wantedEntries = (files: readonly WantedFile[]): ReadonlyMap<string, Entry> =>
  new Map(files.map(({ path, mode, uid, gid, content }) => [path, fileEntry(mode, uid, gid, content)]))

/** Pure: files that are missing or not what they must be. */
export function managedFileFindings(wanted: ReadonlyMap<string, Entry>, entryOf: (path: string) => Entry | undefined): readonly Finding[] {
  return [...wanted].flatMap(([path, entry]): Finding[] => {
    const now = entryOf(path)
    return now === entry ? [] : [{ kind: 'managed-file', what: path, change: now === undefined ? 'removed' : 'changed', names: [path] }]
  })
}

export const managedFindings = (scanner: Scanner, wanted: ReadonlyMap<string, Entry>, manifest: Pick<Manifest, 'units'>): readonly Finding[] =>
  [...managedFileFindings(wanted, scanner.entry), ...managedUnitFindings(manifest.units, scanner.tree(UNIT_DIRECTORY))]
