/** What a certificate says of itself. */
import { X509Certificate } from 'node:crypto'

/** The public part, as facts, records and people have it. */
export interface PublicCertificate {
  /** sha256 of the leaf, lower-case hex. */
  readonly fingerprint: string
  /** DNS names, as the certificate has them. */
  readonly names: readonly string[]
  /** Common name of who signed it, else its organisation. */
  readonly issuer: string
  readonly notBeforeMs: number
  readonly notAfterMs: number
}

/** A private key and what it was certified by: leaf first. */
export interface CertifiedKey {
  readonly keyPem: string
  readonly chainPem: string
}

/** Of the first certificate in the text; throws what OpenSSL throws when there is none. */
export const describeCertificate = (pem: string): PublicCertificate => describeX509(new X509Certificate(pem))

export function describeX509(certificate: X509Certificate): PublicCertificate {
  return {
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    names: [...(certificate.subjectAltName ?? '').matchAll(/(?:^|, )DNS:([^,\s]+)/g)].map(([, name = '']) => name),
    issuer: /^CN=(.+)$/m.exec(certificate.issuer)?.[1] ?? /^O=(.+)$/m.exec(certificate.issuer)?.[1] ?? '',
    notBeforeMs: Date.parse(certificate.validFrom),
    notAfterMs: Date.parse(certificate.validTo),
  }
}
