/** Frees Patroni's lock when its holder has stopped for a switchover: Patroni itself looks only every second whether it has. */
import type { EtcdClient } from '../../lib/etcd/client.ts'
import type { Plan } from '../../plan/types.ts'
import { parseTruth, truthPrefix } from './truth.ts'

/**
 * The lease is revoked, as it would be by its own end: a candidate is woken by that, and whoever held the lock can't keep it.
 * Every acknowledged write is on the candidate when it is in Patroni's list of synchronous standbys; without such a list only Patroni
 * itself may judge, so nothing is done.
 */
export async function freeLock(etcd: EtcdClient, plan: Plan, leader: string, candidate: string): Promise<boolean> {
  const keys = await etcd.list(truthPrefix(plan.stack))
  const truth = parseTruth(new Map(keys.map(({ key, value }) => [key, value])))
  const lease = keys.find(({ key }) => key.endsWith('/leader'))?.lease
  if (lease === undefined || truth.leader !== leader || !truth.synchronousStandbys.includes(candidate)) return false
  await etcd.revokeLease(lease)
  return true
}
