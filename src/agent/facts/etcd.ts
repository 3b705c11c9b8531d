/** What the machine's own etcd member says of itself. */
import { etcdStatus, etcdTerm, type EtcdStatus } from '../../lib/etcd/client.ts'
import type { MtlsClient } from '../../lib/http-call.ts'
import { PORTS } from '../../plan/types.ts'
import type { EtcdFacts } from '../api.ts'

const ENDPOINT = `https://127.0.0.1:${PORTS.etcdClient}`
const TIMEOUT_MS = 1000
const NOBODY = '0'

/** Healthy = a linearizable read succeeds, which needs quorum; a learner can't serve one. Who leads is asked once in each term. */
export function etcdWatch(local: MtlsClient): () => Promise<EtcdFacts> {
  let known: { readonly term: string; readonly status: EtcdStatus } | undefined
  return async () => {
    const term = await etcdTerm(local, ENDPOINT, TIMEOUT_MS).catch(() => null)
    if (term === null || known?.term !== term) known = undefined
    const status = known?.status ?? await etcdStatus(local, ENDPOINT, TIMEOUT_MS)
    if (term !== null && status.leaderId !== NOBODY) known = { term, status }
    return { healthy: term !== null && !status.learner, memberId: status.memberId, leader: status.memberId === status.leaderId, learner: status.learner }
  }
}
