/** The answer to an authority that asks whether the names are ours (ACME, HTTP-01). */
import type { RenderInput } from '../input.ts'

/** As part of a regular expression. */
export const CHALLENGES = '/\\.well-known/acme-challenge/'

/**
 * HTTP-01 (RFC 8555, section 8.3) without any state: the answer to a challenge is its token and the thumbprint of the account's key, and the
 * authority's question brings the token along. So whichever entry machine is asked knows the answer, whoever has ordered, and whoever leads by now.
 */
export function renderChallenge({ secrets: { entryTls } }: Pick<RenderInput, 'secrets'>): string {
  if (entryTls?.kind !== 'acme') return ''
  return `
# An authority that asks whether these names are ours (ACME, HTTP-01).
location ~ "^${CHALLENGES}([A-Za-z0-9_-]{16,128})$" {
    default_type text/plain;
    return 200 "$1.${entryTls.thumbprint}";
}
`
}
