/** The certificate that users see, on the entry machine's own disk: each in a directory of its own, and one file for nginx that names it. */
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomic } from '../../lib/write-file.ts'
import { CERTIFICATE_FILE, digestOf, OWN_CERTIFICATE, ownCertificate, renderCertificate } from '../../render/nginx/certificate.ts'
import type { CertificateOrder } from '../api.ts'

const DIRECTORY = '/var/lib/regrow/nginx/certificates'
const DIGEST = /^[0-9a-f]{8,64}$|^own$/

export const isOrder = (order: CertificateOrder): boolean =>
  DIGEST.test(order.digest) && (order.digest === OWN_CERTIFICATE) === (order.certificate === null) && order.redirect.every((name) => /^[a-z0-9.-]+$/.test(name))

/** Writes key and chain, and answers what nginx is to be told; nothing that is served changes yet. */
export async function keepCertificate({ digest, certificate, redirect }: CertificateOrder): Promise<string> {
  if (certificate === null) return ownCertificate()
  const [chain, key] = [join(DIRECTORY, digest, 'chain.pem'), join(DIRECTORY, digest, 'key.pem')]
  await writeFileAtomic(key, certificate.keyPem, { mode: 0o600 })
  await writeFileAtomic(chain, certificate.chainPem)
  return renderCertificate({ digest, chain, key, redirect })
}

export const readShown = (): Promise<string | null> => readFile(CERTIFICATE_FILE, 'utf8').catch(() => null)
export const writeShown = (text: string): Promise<void> => writeFileAtomic(CERTIFICATE_FILE, text)

export interface Installed {
  /** Null: it is somebody else's text, or nothing yet. */
  readonly digest: string | null
  readonly writtenMs: number
}

/** What nginx is told to show. */
export async function readInstalled(): Promise<Installed> {
  const [text, info] = await Promise.all([readShown(), stat(CERTIFICATE_FILE).catch(() => null)])
  return { digest: text === null ? null : digestOf(text), writtenMs: info?.mtimeMs ?? 0 }
}

/** Keys that nobody serves with any more. */
export async function forgetOthers(digest: string): Promise<void> {
  for (const name of await readdir(DIRECTORY).catch(() => [])) {
    if (name !== digest) await rm(join(DIRECTORY, name), { recursive: true, force: true })
  }
}

/** Before nginx is there: for a newborn, so that it never serves anything else. */
export async function bearCertificate(order: CertificateOrder): Promise<void> {
  await writeShown(await keepCertificate(order))
}
