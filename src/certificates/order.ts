/** What entry machines are told to show, from a certificate and the plan. */
import { createHash } from 'node:crypto'
import { namesOf } from '../plan/entry-names.ts'
import type { Plan } from '../plan/types.ts'
import { OWN_CERTIFICATE } from '../render/nginx/certificate.ts'
import type { PublicCertificate } from './certificate.ts'
import { covers } from './names.ts'

/** Names that are sent to HTTPS: those that the certificate stands for. */
export const redirectsOf = (plan: Plan, certificate: PublicCertificate): readonly string[] =>
  plan.entry.redirect ? namesOf(plan).filter((name) => covers(certificate, name)) : []

/** The same for the same order; 16 hex digits, or `own`. */
export const orderDigest = (plan: Plan, certificate: PublicCertificate | null): string =>
  certificate === null ? OWN_CERTIFICATE : createHash('sha256').update(JSON.stringify([certificate.fingerprint, redirectsOf(plan, certificate)])).digest('hex').slice(0, 16)
