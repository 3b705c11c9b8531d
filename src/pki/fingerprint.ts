/** The short name of a certificate. */
import { X509Certificate } from 'node:crypto'

/** sha256 of a certificate's DER, lower-case hex without colons. */
export const fingerprint = (certificatePem: string): string =>
  new X509Certificate(certificatePem).fingerprint256.replaceAll(':', '').toLowerCase()
