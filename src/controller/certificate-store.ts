/**
 * What the stack keeps of its certificate by ACME, in etcd below `certificate/`: `current`, the `order` that is under way, the `attempts` that
 * failed since, and an operator's `wish` to renew. Keys are sealed with the stack key. Only the leader writes.
 */
import type { PublicCertificate } from '../certificates/certificate.ts'
import type { CertificateAttempts, CertificateWish } from '../decide/world.ts'
import type { Compare, EtcdClient, Operation } from '../lib/etcd/client.ts'
import { follow } from '../lib/etcd/follow.ts'

export interface StoredCertificate extends PublicCertificate {
  /** The ACME directory of the authority that gave it out. */
  readonly directory: string
  /** age-armoured CertifiedKey. */
  readonly sealed: string
}

/** Kept before the authority is asked to sign: whoever goes on later asks for the same certificate, and not for a second one. */
export interface PendingOrder {
  readonly directory: string
  readonly names: readonly string[]
  /** Null: the authority has not been asked yet. */
  readonly url: string | null
  /** age-armoured key in PEM. */
  readonly sealedKey: string
}

export interface CertificateRecords {
  readonly current: StoredCertificate | null
  readonly order: PendingOrder | null
  readonly attempts: CertificateAttempts | null
  readonly wish: CertificateWish | null
}

export interface CertificateStore {
  readonly certificate: () => Promise<CertificateRecords>
  /** It is there: the order is done, and the failures before are forgotten. */
  readonly saveCertificate: (term: Compare, certificate: StoredCertificate) => Promise<void>
  readonly saveOrder: (term: Compare, order: PendingOrder) => Promise<void>
  /** `dropOrder`: it can't be gone on with. The wish was tried. */
  readonly saveAttempts: (term: Compare, attempts: CertificateAttempts, dropOrder: boolean) => Promise<void>
  readonly saveWish: (term: Compare, wish: CertificateWish) => Promise<void>
}

const PARTS = ['current', 'order', 'attempts', 'wish'] as const
type Part = (typeof PARTS)[number]

/** `write` is the fenced write of store.ts. */
export function certificateStore(etcd: EtcdClient, root: string, write: (term: Compare, ...operations: readonly Operation[]) => Promise<void>): CertificateStore {
  const key = (part: Part): string => `${root}/certificate/${part}`
  const put = (part: Part, value: unknown): Operation => ({ kind: 'put', key: key(part), value: JSON.stringify({ part, value }) })
  const drop = (part: Part): Operation => ({ kind: 'delete', key: key(part) })
  const records = follow(etcd, { prefix: `${root}/certificate/` }, (text) => JSON.parse(text) as { readonly part: Part; readonly value: unknown })
  return {
    certificate: async () => {
      const known = new Map((await records()).map(({ part, value }) => [part, value]))
      return Object.fromEntries(PARTS.map((part) => [part, known.get(part) ?? null])) as unknown as CertificateRecords
    },
    saveCertificate: (term, certificate) => write(term, put('current', certificate), drop('order'), drop('attempts'), drop('wish')),
    saveOrder: (term, order) => write(term, put('order', order)),
    saveAttempts: (term, attempts, dropOrder) => write(term, put('attempts', attempts), drop('wish'), ...(dropOrder ? [drop('order')] : [])),
    saveWish: (term, wish) => write(term, put('wish', wish)),
  }
}
