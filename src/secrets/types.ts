/** The stack's secrets: generated once by `regrow init`, kept age-encrypted beside the environment file. */
import type { CertifiedKey } from '../certificates/certificate.ts'

export interface KeyPair {
  /** PEM, PKCS#8. */
  readonly keyPem: string
  /** PEM certificate. */
  readonly certificatePem: string
}

/** Bearer tokens of those who may send hints, one for each kind of sender. */
export interface HintTokens {
  readonly zabbix: string
  readonly alertmanager: string
  readonly plain: string
}

/** What stands behind `entry.tls`. */
export type EntryTlsSecrets =
  /** `thumbprint`: of the account's key (RFC 7638), which answers every challenge. `caPem`: the root that the directory is trusted by; null: Node's own. */
  | { readonly kind: 'acme'; readonly accountKeyPem: string; readonly thumbprint: string; readonly caPem: string | null }
  | ({ readonly kind: 'files' } & CertifiedKey)

/** What controllers may know (kept in etcd, encrypted with the stack key). */
export interface StackSecrets {
  readonly passwords: {
    readonly postgresSuperuser: string
    readonly postgresReplication: string
    readonly postgresRewind: string
    readonly postgresApp: string
    readonly postgresReports: string
    readonly pgbouncerAdmin: string
    readonly patroniRest: string
  }
  /** Values of the names in `app.env`. */
  readonly env: Readonly<Record<string, string>>
  /** Credentials of the provider's API, by environment variable name. */
  readonly provider: Readonly<Record<string, string>>
  /** Addresses, users and passwords of `notify`, by the environment file's names. The application doesn't get them. */
  readonly notify: Readonly<Record<string, string>>
  /** The registry's user and password, by the environment file's names. */
  readonly registry: Readonly<Record<string, string>>
  /** Absent in secrets that were made before there were hints. */
  readonly hintTokens?: HintTokens
  /** Absent: the entry machines show a certificate of the stack's own authority. */
  readonly entryTls?: EntryTlsSecrets
}

/** What stays with the operator. */
export interface OperatorSecrets {
  readonly rootCa: KeyPair
  /** Signed by the root; its key goes to controller candidates at their birth. */
  readonly issuingCa: KeyPair
  /** age identity (AGE-SECRET-KEY-1…) that decrypts the stack secrets kept in etcd. */
  readonly stackKey: string
  readonly stack: Omit<StackSecrets, 'provider' | 'notify' | 'registry' | 'entryTls'> & {
    /** PEM, PKCS#8. Made when the spec first asks for certificates by ACME; the account outlives the stack. */
    readonly acmeAccountKeyPem?: string
  }
}
