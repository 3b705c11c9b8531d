/** Releases that a stack can go back to, and what was done once before a release ran, as etcd keeps them. */
import { createHash } from 'node:crypto'
import type { Migration } from '../decide/world.ts'
import type { Plan } from '../plan/types.ts'
import type { ReleaseRef } from '../render/input.ts'
import { canonicalJson } from '../render/revision.ts'
import type { StackSecrets } from '../secrets/types.ts'

/** A release with the settings and the environment that it ran with. */
export interface KnownRelease {
  readonly id: string
  /** `proven`: the last one that ran well on all app machines. `previous`: the one before. */
  readonly standing: 'proven' | 'previous'
  readonly release: ReleaseRef
  readonly app: Plan['app']
  readonly sealedSecrets: string
}

export interface MigrationRecord {
  /** A release's id. */
  readonly release: string
  readonly outcome: Migration
}

/** The same image by another name, or from another machine's word, is the same. */
function what(release: ReleaseRef): unknown {
  if (release.kind === 'directory') return release
  const { ids: _ids, reference: _reference, ...image } = release
  return image
}

/**
 * What a release is told apart by, 12 hex digits: what runs, how, and in which environment. (Among the values are generated ones of
 * 128 bits, so that no guess of another is told right or wrong by it; see src/render/revision.ts.)
 */
export function releaseId(release: ReleaseRef, app: Plan['app'], { env, passwords }: Pick<StackSecrets, 'env' | 'passwords'>): string {
  const { release: _where, image: _way, drainMs: _drain, startupMs: _startup, strategy: _strategy, ...settings } = app
  return createHash('sha256').update(canonicalJson([what(release), settings, env, passwords.postgresApp])).digest('hex').slice(0, 12)
}
