/**
 * What the process that orders a certificate is told, and what it tells: JSON, one value a line, over standard input and output, for both hold keys.
 * It writes `order` and waits for a line before it has anything signed; `done` or `failed` is its last word.
 */

export interface AcmeJob {
  /** Address of the ACME directory. */
  readonly directory: string
  readonly email: string
  readonly accountKeyPem: string
  /** The root that the directory is trusted by; null: Node's own. */
  readonly caPem: string | null
  readonly names: readonly string[]
  /** The certificate's key. */
  readonly keyPem: string
  /** An order to go on with; null: a new one. */
  readonly orderUrl: string | null
}

export type AcmeWord =
  | { readonly say: 'order'; readonly url: string }
  /** Leaf first. */
  | { readonly say: 'done'; readonly chainPem: string }
  | ({ readonly say: 'failed' } & AcmeFailure)

export interface AcmeFailure {
  /** One line. */
  readonly error: string
  /** As the authority asked for; null: it asked for nothing. */
  readonly retryAfterS: number | null
  /** The order is lost: the next attempt needs a new one. */
  readonly orderLost: boolean
}
