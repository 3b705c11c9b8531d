/** Keys for certificates and accounts. */
import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto'

/** ECDSA on P-256, PKCS#8 in PEM: what every authority and every browser takes. */
export const generateKeyPem = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256', publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } }).privateKey

/** RFC 7638, base64url of sha256; of a key by `generateKeyPem`. */
export function jwkThumbprint(keyPem: string): string {
  const { crv, kty, x, y } = createPublicKey(keyPem).export({ format: 'jwk' })
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
}
