/** The manifest's own files and units, looked at often. */
import type { Manifest } from '../../render/manifest.ts'
import type { WantedFile } from '../apply/file-changes.ts'
import type { Finding } from './finding.ts'
import { fileEntry, type Scanner } from './scan.ts'
import type { Entries, Entry } from './snapshot.ts'
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

/** Links are never written in place: while no directory has changed, neither has what is in them. */
export function unitLinks(scanner: Pick<Scanner, 'tree' | 'stamp'>): () => Entries {
  let links: Entries = {}
  let directories: readonly string[] = []
  let stamps: string | undefined
  const stampsNow = (): string => directories.map(scanner.stamp).join('\n')
  return () => {
    if (stamps !== undefined && stampsNow() === stamps) return links
    // Before they are read: what changes meanwhile is seen the next time.
    const root = scanner.stamp(UNIT_DIRECTORY)
    links = scanner.tree(UNIT_DIRECTORY)
    directories = [UNIT_DIRECTORY, ...Object.keys(links).filter((path) => links[path]?.startsWith('directory') === true)]
    stamps = [root, ...directories.slice(1).map(scanner.stamp)].join('\n')
    return links
  }
}

export const managedFindings = (scanner: Scanner, wanted: ReadonlyMap<string, Entry>, manifest: Pick<Manifest, 'units'>, links: Entries): readonly Finding[] =>
  [...managedFileFindings(wanted, scanner.entry), ...managedUnitFindings(manifest.units, links)]
