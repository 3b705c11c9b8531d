/** etcd's membership: members leave by removal and come as learners, one at a time. */
import { waitFor } from '../lib/clock.ts'
import { OperationError } from '../lib/errors.ts'
import type { EtcdMember } from '../lib/etcd/client.ts'
import { PORTS, type Machine } from '../plan/types.ts'
import type { Hands } from './hands.ts'

/** etcd refuses a newcomer until all members have been connected for 5 s (etcd, server.go: HealthInterval). */
const SETTLED_TIMEOUT_MS = 15_000

export const peerUrl = (machine: Machine): string => `https://${machine.address}:${PORTS.etcdPeer}`

export async function removeEtcdMember(hands: Pick<Hands, 'etcd' | 'log'>, machine: Machine): Promise<void> {
  const member = (await hands.etcd.members()).find((one) => one.peerUrls.includes(peerUrl(machine)))
  if (member === undefined) return
  await hands.etcd.removeMember(member.id)
  hands.log('info', 'removed the etcd member', { machine: machine.name, id: member.id })
}

/** `name=url,…` of all members, with the newcomer's name filled in: etcd has none before it starts. */
function initialCluster(members: readonly EtcdMember[], newcomer: Machine): string {
  return members
    .flatMap((member) => member.peerUrls.map((url) => `${url === peerUrl(newcomer) ? newcomer.name : member.name}=${url}`))
    .join(',')
}

/** Adds the machine as a learner, or finds that it was added already. A member of the machine's former life is removed first. */
export async function addEtcdLearner(hands: Pick<Hands, 'etcd' | 'log'>, machine: Machine): Promise<{ initialCluster: string; state: 'existing' }> {
  const known = (await hands.etcd.members()).find((one) => one.peerUrls.includes(peerUrl(machine)))
  if (known !== undefined && known.name !== '') await removeEtcdMember(hands, machine)
  if (known === undefined || known.name !== '') {
    await waitFor(() => hands.etcd.addLearner(peerUrl(machine)), { timeoutMs: SETTLED_TIMEOUT_MS, everyMs: 300, what: `etcd to take ${machine.name} in` })
  }
  const members = await hands.etcd.members()
  if (members.some((member) => member.name === '' && !member.peerUrls.includes(peerUrl(machine)))) {
    throw new OperationError('ETCD_BUSY', 'another etcd member has not started yet')
  }
  return { initialCluster: initialCluster(members, machine), state: 'existing' }
}
