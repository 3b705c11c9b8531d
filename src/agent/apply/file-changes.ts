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

/** Each unit once; a restart covers a reload. */
export function mergeReloads(reloads: readonly UnitReload[]): ReadonlyMap<string, 'reload' | 'restart'> {
  const merged = new Map<string, 'reload' | 'restart'>()
  for (const { unit, how } of reloads) {
    if (merged.get(unit) !== 'restart') merged.set(unit, how)
  }
  return merged
}
