/** A manifest's revision: a hash of all that it says, so that two equal manifests have equal revisions. */
import { createHash } from 'node:crypto'
import type { Manifest } from './manifest.ts'

/**
 * 12 hex digits of sha256 over canonical JSON. The passwords are part of what is hashed, or a changed password would
 * change nothing. That gives none away, though revisions are public: every manifest with a value that a person chose
 * also holds generated passwords of 128 bits and more, and a guess would have to hit all of them at once.
 */
export const manifestRevision = (manifest: Omit<Manifest, 'revision'>): string =>
  createHash('sha256').update(canonicalJson(manifest)).digest('hex').slice(0, 12)

/** JSON with sorted keys and no spaces: the same value always gives the same text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(',')}}`
}
