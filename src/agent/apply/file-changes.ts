/** Pure: which files differ from the manifest, and what that asks of the units. */
import type { Manifest, UnitReload } from '../../render/manifest.ts'

export interface WantedFile {
  readonly path: string
  /** Permission bits. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly content: string
  readonly onChange: readonly UnitReload[]
  readonly check?: readonly string[]
}

/** What is on the disk; null = no such file. */
export type FileState = { readonly content: string; readonly mode: number; readonly uid: number; readonly gid: number } | null

/** Files whose content, mode or owner is not as wanted, in the manifest's order. */
export function changedFiles(wanted: readonly WantedFile[], current: ReadonlyMap<string, FileState>): readonly WantedFile[] {
  return wanted.filter((file) => {
    const state = current.get(file.path) ?? null
    return state === null || state.content !== file.content || state.mode !== file.mode || state.uid !== file.uid || state.gid !== file.gid
  })
}

/** Files of the last application that the manifest no longer has. */
export function leftoverPaths(previous: readonly string[], manifest: Manifest): readonly string[] {
  const wanted = new Set(manifest.files.map((file) => file.path))
  return previous.filter((path) => !wanted.has(path))
}

const UNIT_FILE = /^\/etc\/systemd\/system\/([^/]+\.(?:service|timer|target))$/

/** Units of the last application that the manifest has nothing to do with any more, by their name or by their file. */
export function goneUnits(previous: readonly string[], leftovers: readonly string[], manifest: Manifest): readonly string[] {
  const wanted = new Set(manifest.units.map((unit) => unit.name))
  const files = leftovers.flatMap((path) => UNIT_FILE.exec(path)?.[1] ?? [])
  return [...new Set([...previous, ...files])].filter((unit) => !wanted.has(unit))
}

/** Each unit once; a restart covers a reload. */
export function mergeReloads(reloads: readonly UnitReload[]): ReadonlyMap<string, 'reload' | 'restart'> {
  const merged = new Map<string, 'reload' | 'restart'>()
  for (const { unit, how } of reloads) {
    if (merged.get(unit) !== 'restart') merged.set(unit, how)
  }
  return merged
}
