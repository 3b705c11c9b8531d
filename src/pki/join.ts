/** The join token's rules: who proves what to whom when a machine is born. Pure but for hashing. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** What a parent remembers of a token it gave out: never the token itself in the clear where it is stored sealed. */
export interface JoinRecord {
  readonly machine: string
  readonly token: string
  readonly expiresMs: number
  /** sha256 of the public key that was signed with this token; null while unused. */
  readonly usedBy: string | null
}

export interface JoinClaim {
  readonly machine: string
  readonly csrPem: string
  readonly proof: string
  /** sha256 (hex) of the certificate that the TLS channel showed. */
  readonly channelFingerprint: string
  /** sha256 (hex) of the public key in the request. */
  readonly keyHash: string
}

export type JoinVerdict = { readonly ok: true } | { readonly ok: false; readonly refused: 'no-record' | 'foreign' | 'used' | 'expired' }

/** HMAC-SHA256 under the token, binding name, TLS channel and request together. */
export function joinProof(token: string, machine: string, channelFingerprint: string, csrPem: string): string {
  return createHmac('sha256', token).update(`${machine}\n${channelFingerprint}\n${csrPem}`).digest('hex')
}

function sameHex(left: string, right: string): boolean {
  const [a, b] = [createHash('sha256').update(left).digest(), createHash('sha256').update(right).digest()]
  return timingSafeEqual(a, b)
}

/** A token counts once: for one machine, one key, until it expires. The same key may ask again (the answer was lost). */
export function judgeJoin(record: JoinRecord | undefined, claim: JoinClaim, nowMs: number): JoinVerdict {
  if (record === undefined) return { ok: false, refused: 'no-record' }
  const proof = joinProof(record.token, claim.machine, claim.channelFingerprint, claim.csrPem)
  if (record.machine !== claim.machine || !sameHex(proof, claim.proof)) return { ok: false, refused: 'foreign' }
  if (record.usedBy !== null && record.usedBy !== claim.keyHash) return { ok: false, refused: 'used' }
  if (record.usedBy === null && nowMs > record.expiresMs) return { ok: false, refused: 'expired' }
  return { ok: true }
}
