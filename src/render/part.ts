/** The pieces a manifest is put together from, and short ways to write them. */
import type { IdentityPart, ManifestFile, ManifestUnit, ServedPart, UnitReload } from './manifest.ts'

/** What one service adds to a machine's manifest. */
export interface ManifestPart {
  readonly packages?: readonly string[]
  readonly files?: readonly ManifestFile[]
  /** In starting order. */
  readonly units?: readonly ManifestUnit[]
}

export const joinParts = (...parts: readonly ManifestPart[]): ManifestPart => ({
  packages: parts.flatMap((part) => part.packages ?? []),
  files: parts.flatMap((part) => part.files ?? []),
  units: parts.flatMap((part) => part.units ?? []),
})

export interface FileOptions {
  readonly mode?: string
  readonly owner?: string
  readonly group?: string
  readonly onChange?: readonly UnitReload[]
  readonly secret?: boolean
  readonly check?: readonly string[]
}

export const reload = (unit: string): UnitReload => ({ unit, how: 'reload' })
export const restart = (unit: string): UnitReload => ({ unit, how: 'restart' })

export const runningUnit = (name: string, serves?: ServedPart): ManifestUnit => ({ name, enabled: true, running: true, ...(serves === undefined ? {} : { serves }) })

/** A text file; owned by root and readable by all unless told otherwise. A secret one is readable by its owner alone. */
export function textFile(path: string, content: string, options: FileOptions = {}): ManifestFile {
  const owner = options.owner ?? 'root'
  const secret = options.secret ?? false
  return {
    path,
    mode: options.mode ?? (secret ? '0600' : '0644'),
    owner,
    group: options.group ?? owner,
    source: { content: content.endsWith('\n') ? content : `${content}\n` },
    onChange: options.onChange ?? [],
    secret,
    ...(options.check === undefined ? {} : { check: options.check }),
  }
}

/**
 * For units that elect, watch and hold addresses: when a machine runs out of processor time, they must not wait behind the work that takes it.
 * (etcd's documentation recommends the same for its disk.) Inside `[Service]`.
 */
export const AHEAD_OF_WORK = 'Nice=-10'

/** A systemd drop-in for a unit that a Debian package ships. */
export const dropIn = (unit: string, content: string, onChange: readonly UnitReload[] = [restart(unit)]): ManifestFile =>
  textFile(`/etc/systemd/system/${unit}.d/regrow.conf`, content, { onChange })

export interface TlsPaths {
  readonly key: string
  readonly chain: string
  readonly ca: string
}

export const tlsPaths = (directory: string): TlsPaths => ({
  key: `${directory}/key.pem`,
  chain: `${directory}/chain.pem`,
  ca: `${directory}/ca.pem`,
})

/** The machine's own identity; root's copy, read by the agent and by programs that start as root. */
export const MACHINE_TLS = '/etc/regrow/tls'

/**
 * A copy of the machine's key, chain and root CA for a program that runs as `owner`:
 * OpenSSL, libpq and PostgreSQL insist that a key belongs to who reads it.
 */
export function identityFiles(directory: string, owner: string, onChange: readonly UnitReload[]): ManifestFile[] {
  const paths = tlsPaths(directory)
  const file = (path: string, mode: string, identity: IdentityPart): ManifestFile => ({
    path, mode, owner, group: owner, source: { identity }, onChange, secret: identity === 'key',
  })
  return [file(paths.key, '0600', 'key'), file(paths.chain, '0644', 'certificate-chain'), file(paths.ca, '0644', 'ca')]
}
