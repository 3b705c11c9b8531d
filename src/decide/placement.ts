/** Pure: keeps etcd's leader off the primary's machine. A new etcd leader renews every lease, also the lock of a primary that died with the old one. */
import { act, type Rule } from './decision.ts'
import type { MachineView } from './world.ts'

/** Better a machine that carries no database; ties by name. */
const burden = (view: MachineView): number => (view.planned?.roles.includes('database') === true ? 1 : 0)

export const placement: Rule = (world) => {
  const primary = world.machines.find((view) => view.name === world.database.truth?.leader)
  if (primary?.facts?.etcd?.leader !== true || primary.inFlight) return []
  const target = world.machines
    .filter((view) => view.name !== primary.name && view.facts?.etcd?.healthy === true && view.record?.phase === 'member')
    .toSorted((left, right) => burden(left) - burden(right) || left.name.localeCompare(right.name))[0]
  const member = world.etcd.members.find((one) => one.name === target?.name && !one.learner)
  if (target === undefined || member === undefined) return []
  return [act('placement', { code: 'etcd-leader-on-primary', machine: primary.name, target: target.name },
    { kind: 'move-etcd-leader', machine: primary.name, target: target.name, targetId: member.id })]
}
