/** Who acts: one controller at a time, elected by a key with a lease in etcd. */
import type { EtcdClient } from '../lib/etcd/client.ts'
import { sleep } from '../lib/clock.ts'
import { errorFields, type Log } from '../lib/log.ts'
import type { Term } from './store.ts'

const LEASE_S = 6
const ROUND_MS = 1500

export interface Leadership {
  /** The proof for writes while this controller leads, else null. */
  readonly term: () => Term | null
  /** Name of the leader as last read; null when nobody leads or etcd is silent. */
  readonly leader: () => string | null
  readonly resign: () => Promise<void>
}

/**
 * Campaigns until `resign`. Leadership ends by itself when the lease could not be renewed in time: the clock that decides
 * is started before each renewal, so this side always gives up first.
 */
export function campaign(etcd: EtcdClient, stack: string, name: string, log: Log): Leadership {
  const key = `/regrow/${stack}/controller/leader`
  let term: (Term & { validUntilMs: number; lease: string }) | null = null
  let leader: string | null = null
  let resigned = false

  const renew = async (held: NonNullable<typeof term>): Promise<void> => {
    const beforeMs = Date.now()
    const leftS = await etcd.keepAlive(held.lease)
    if (leftS <= 0) {
      term = null
      log('warn', 'lost the leadership: the lease is gone')
    } else {
      term = { ...held, validUntilMs: beforeMs + (LEASE_S - 1) * 1000 }
    }
  }

  const run = async (): Promise<void> => {
    const current = await etcd.get(key)
    leader = current?.value ?? null
    if (current !== undefined) return
    const beforeMs = Date.now()
    const lease = await etcd.grantLease(LEASE_S)
    if (await etcd.transact([{ key, revision: '0' }], [{ kind: 'put', key, value: name, lease }])) {
      const mine = await etcd.get(key)
      if (mine === undefined || mine.value !== name) return
      leader = name
      term = { key, revision: mine.modRevision, lease, validUntilMs: beforeMs + (LEASE_S - 1) * 1000 }
      log('info', 'leads from now on')
    } else {
      await etcd.revokeLease(lease)
    }
  }

  const rounds = async (): Promise<void> => {
    while (!resigned) {
      await (term === null ? run() : renew(term)).catch((error: unknown) => log('warn', 'no election now', errorFields(error)))
      await sleep(term === null && leader === null ? ROUND_MS / 5 : ROUND_MS)
    }
  }
  void rounds()

  return {
    term: () => (term !== null && Date.now() < term.validUntilMs ? { key: term.key, revision: term.revision } : null),
    leader: () => leader,
    resign: async () => {
      resigned = true
      if (term !== null) await etcd.revokeLease(term.lease)
      term = null
    },
  }
}
