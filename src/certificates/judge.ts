/** Whether a certificate and a key that somebody brings are fit to be served. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { describeX509, type CertifiedKey } from './certificate.ts'
import { covers } from './names.ts'

export interface Objection {
  readonly about: 'certificate' | 'key'
  readonly message: string
  readonly instead: string
}

/** The first objection; null: none. Never quotes the key. */
export function judgePair({ chainPem, keyPem }: CertifiedKey, names: readonly string[], nowMs: number): Objection | null {
  const leaf = attempt(() => new X509Certificate(chainPem))
  if (leaf === undefined) return { about: 'certificate', message: 'holds no certificate in PEM', instead: 'the file should begin with -----BEGIN CERTIFICATE-----' }
  const key = attempt(() => createPrivateKey(keyPem))
  if (key === undefined) return { about: 'key', message: 'is no private key in PEM, or one with a passphrase', instead: 'take the passphrase off with: openssl pkey -in key.pem -out plain.pem' }
  if (!leaf.checkPrivateKey(key)) return { about: 'key', message: 'is not the key of the certificate', instead: 'bring the two that belong together; the certificate of the domain comes first in its file' }
  const { notBeforeMs, notAfterMs, ...certificate } = describeX509(leaf)
  const uncovered = names.filter((name) => !covers(certificate, name))
  if (uncovered.length > 0) return { about: 'certificate', message: `is not for ${uncovered.join(', ')}, but for ${certificate.names.join(', ') || 'no name'}`, instead: 'bring a certificate for the domain and all aliases' }
  if (notAfterMs <= nowMs) return { about: 'certificate', message: `ended on ${day(notAfterMs)}`, instead: 'bring a new one' }
  return notBeforeMs > nowMs ? { about: 'certificate', message: `is good from ${day(notBeforeMs)} only`, instead: 'bring one that is good now' } : null
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

function attempt<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}
