/** Who acts: one controller at a time, elected by a key with a lease in etcd. */
import { deadline, type Deadline } from '../lib/deadline.ts'
import type { EtcdClient } from '../lib/etcd/client.ts'
import { sleep } from '../lib/clock.ts'
import { errorFields, type Log } from '../lib/log.ts'
import type { Term } from './store.ts'

const LEASE_S = 5
const ROUND_MS = 1000
/** etcd that elects a leader of its own answers late or not at all; a lease outlives that only when it is asked again soon. */
export const ELECTION_CALL_MS = 700
/** How long the others wait for the preferred candidate when nobody leads. */
const HEAD_START_MS = 1500
/** How long the seat is kept for whom the former leader named. */
const SUCCESSION_S = 10

export interface Leadership {
  /** The proof for writes while this controller leads, else null. */
  readonly term: () => Term | null
  /** Name of the leader as last read; null when nobody leads or etcd is silent. */
  readonly leader: () => string | null
  readonly resign: () => Promise<void>
  /** Ends the term and keeps the seat for `target` for a while. */
  readonly handOver: (target: string) => Promise<void>
}

export interface Candidate {
  readonly machine: string
  /** Preferred candidates don't wait for others. */
  readonly preferred: boolean
}

/**
 * Campaigns until `resign`. Leadership ends by itself when the lease could not be renewed in time: the clock that decides
 * is started before each renewal, so this side always gives up first.
 */
export function campaign(etcd: EtcdClient, stack: string, { machine, preferred }: Candidate, log: Log): Leadership {
  const key = `/regrow/${stack}/controller/leader`
  const successorKey = `/regrow/${stack}/controller/successor`
  let term: (Term & { valid: Deadline; lease: string }) | null = null
  let leader: string | null = null
  let vacantSinceMs: number | null = null
  let resigned = false

  const renew = async (held: NonNullable<typeof term>): Promise<void> => {
    const valid = deadline((LEASE_S - 1) * 1000)
    const leftS = await etcd.keepAlive(held.lease)
    if (term?.lease !== held.lease) return
    if (leftS <= 0) {
      term = null
      log('warn', 'lost the leadership: the lease is gone')
    } else {
      term = { ...held, valid }
    }
  }

  const run = async (): Promise<void> => {
    const [current, successor] = [await etcd.get(key), (await etcd.get(successorKey))?.value]
    leader = current?.value ?? null
    if (current !== undefined) {
      vacantSinceMs = null
      return
    }
    vacantSinceMs ??= performance.now()
    if (successor !== undefined && successor !== machine) return
    if (!preferred && successor !== machine && performance.now() - vacantSinceMs < HEAD_START_MS) return
    await seize()
  }

  const seize = async (): Promise<void> => {
    const valid = deadline((LEASE_S - 1) * 1000)
    const lease = await etcd.grantLease(LEASE_S)
    if (await etcd.transact([{ key, revision: '0' }], [{ kind: 'put', key, value: machine, lease }, { kind: 'delete', key: successorKey }])) {
      const mine = await etcd.get(key)
      if (mine === undefined || mine.value !== machine) return
      leader = machine
      term = { key, revision: mine.modRevision, lease, valid }
      log('info', 'leads from now on')
    } else {
      await etcd.revokeLease(lease)
    }
  }

  const rounds = async (): Promise<void> => {
    while (!resigned) {
      const done = await (term === null ? run() : renew(term)).then(() => true, (error: unknown) => (log('warn', 'no election now', errorFields(error)), false))
      await sleep(!done || (term === null && leader === null) ? ROUND_MS / 5 : ROUND_MS)
    }
  }
  void rounds()

  const endTerm = async (): Promise<void> => {
    const held = term
    term = null
    if (held !== null) await etcd.revokeLease(held.lease)
  }
  return {
    term: () => (term !== null && !term.valid.isOver() ? { key: term.key, revision: term.revision } : null),
    leader: () => leader,
    resign: async () => {
      resigned = true
      await endTerm()
    },
    handOver: async (target) => {
      if (term === null) return
      const lease = await etcd.grantLease(SUCCESSION_S)
      await etcd.transact([{ key: term.key, revision: term.revision }], [{ kind: 'put', key: successorKey, value: target, lease }])
      await endTerm()
      leader = null
    },
  }
}
