/** What the machine's own etcd member says of itself. */
import { etcdClient, etcdStatus } from '../../lib/etcd/client.ts'
import type { MtlsClient } from '../../lib/http-call.ts'
import { PORTS } from '../../plan/types.ts'
import type { EtcdFacts } from '../api.ts'

const ENDPOINT = `https://127.0.0.1:${PORTS.etcdClient}`
const TIMEOUT_MS = 1000

/** Healthy = a linearizable read succeeds, which needs quorum; a learner can't serve one. */
export async function readEtcdFacts(local: MtlsClient): Promise<EtcdFacts> {
  const status = await etcdStatus(local, ENDPOINT, TIMEOUT_MS)
  const healthy = status.learner ? false : await etcdClient(local, [ENDPOINT], TIMEOUT_MS).get('regrow-health').then(() => true, () => false)
  return { healthy, memberId: status.memberId, leader: status.memberId === status.leaderId, learner: status.learner }
}
