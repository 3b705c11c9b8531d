/** Where the certificate that users see comes from, as the spec says. */
import { resolve } from 'node:path'
import { ENV_NAME_PATTERN } from '../spec/fields.ts'
import type { Spec } from '../spec/schema.ts'
import type { EntryTls } from './types.ts'

/** Expects a spec without errors: `acme`, or both of `certificate` and `key`. */
export function planTls({ entry: { tls } }: Spec, directory: string): EntryTls | null {
  if (tls === undefined) return null
  const { acme, certificate = '', key = '' } = tls
  if (acme === undefined) return { kind: 'files', certificate: resolve(directory, certificate), key: keySource(key, directory) }
  return { kind: 'acme', email: acme.email, directory: acme.directory, ca: acme.ca === undefined ? null : resolve(directory, acme.ca) }
}

/** A bare word is a name of the environment file; a file beside the spec is written `./key`. */
export const keySource = (key: string, directory: string): Extract<EntryTls, { kind: 'files' }>['key'] =>
  ENV_NAME_PATTERN.test(key) ? { env: key } : { path: resolve(directory, key) }
