/** A manifest: everything one machine should be, as data. Renderers return it; only the agent writes it to disk. */

import type { RegistryAccess } from '../lib/registry-access.ts'

/** What to do with a systemd unit when a file it depends on changes. */
export interface UnitReload {
  readonly unit: string
  readonly how: 'reload' | 'restart'
}

/** Which part of the machine's own TLS identity a file holds: made or received at birth, never in a manifest. */
export type IdentityPart = 'key' | 'certificate-chain' | 'ca'

export interface ManifestFile {
  /** Absolute path. */
  readonly path: string
  /** Octal, four digits: `0644`. */
  readonly mode: string
  readonly owner: string
  readonly group: string
  /** The text itself, or a part of the machine's own TLS identity that the agent fills in. */
  readonly source: { readonly content: string } | { readonly identity: IdentityPart }
  /** Units to reload or restart when the file changes, each at most once an apply. */
  readonly onChange: readonly UnitReload[]
  /** Content must not appear in logs, diffs or rendered output for humans. */
  readonly secret: boolean
  /** A command that must exit 0 before the file's units are reloaded, e.g. `nginx -t`; argv, no shell. On failure the old file is put back. */
  readonly check?: readonly string[]
}

export interface ManifestUnit {
  readonly name: string
  readonly enabled: boolean
  readonly running: boolean
  /** The application's own: what becomes of it is told, and is no sign of an ill machine. */
  readonly ofApplication?: true
  /** What stands on this unit alone: when that is ill, restarting the unit is the first remedy. */
  readonly serves?: ServedPart
}

export type ServedPart = 'entry' | 'app' | 'database' | 'etcd' | 'controller'

/** The user's release, fetched by digest before the manifest is applied. */
export type ManifestRelease = ManifestDirectory | ManifestImage

/** What has no kind is a directory: manifests of directories are older than images. */
export interface ManifestDirectory {
  readonly kind?: 'directory'
  /** sha256 of the gzipped tar, hex. */
  readonly digest: string
  /** Directory that holds `<digest>/`. */
  readonly root: string
}

export interface ManifestImage {
  readonly kind: 'image'
  /** By its digest: `registry.example:5000/acme/ledger@sha256:…` */
  readonly image: string
  /** What podman calls it, by processor: a copy from another machine must be one of these. */
  readonly ids: readonly string[]
  /** Secret. */
  readonly registry: RegistryAccess
  /** Addresses of machines that may have it too. */
  readonly peers: readonly string[]
}

export interface Manifest {
  readonly machine: string
  /** sha256 over the canonical JSON of everything else, first 12 hex digits. */
  readonly revision: string
  /** Debian packages that must be installed. */
  readonly packages: readonly string[]
  readonly files: readonly ManifestFile[]
  /** In starting order. */
  readonly units: readonly ManifestUnit[]
  readonly release?: ManifestRelease
  /** The one beside the one that has the users. */
  readonly beside?: ManifestRelease
}
