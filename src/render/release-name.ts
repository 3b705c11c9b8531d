/** How people hear of a release. */
import type { ReleaseRef } from './input.ts'

/** `registry.example/acme/ledger@sha256:0123456789ab`, or `0123456789ab` for a directory. */
export const nameOf = (release: ReleaseRef): string =>
  (release.kind === 'image' ? release.image.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, '$1') : release.digest.slice(0, 12))
