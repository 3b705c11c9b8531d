/** A signed cookie: begun on one machine, honoured by every other one that has the same SESSION_SECRET. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

export interface Visitor {
  readonly id: string
  /** The machine that began the session. */
  readonly begunBy: string
}

export const COOKIE = 'ledger_session'

const sign = (secret: string, text: string): string => createHmac('sha256', secret).update(text).digest('base64url')

export const beginSession = (machine: string): Visitor => ({ id: randomBytes(4).toString('hex'), begunBy: machine })

export function sealSession(secret: string, visitor: Visitor): string {
  const text = Buffer.from(JSON.stringify([visitor.id, visitor.begunBy])).toString('base64url')
  return `${text}.${sign(secret, text)}`
}

/** Null when the cookie is absent, forged, or signed with another secret. */
export function openSession(secret: string, cookie: string | undefined): Visitor | null {
  const [text, signature] = (cookie ?? '').split('.')
  if (!text || !signature) return null
  const expected = Buffer.from(sign(secret, text))
  const given = Buffer.from(signature)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
  const [id, begunBy] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [string, string]
  return { id, begunBy }
}
