/** Sentences that tell a person what a plan means. */
import type { Machine, Plan } from './types.ts'
import { ROLES } from './types.ts'
import { lossesSurvived } from './quorum.ts'
import { compareNames } from './names.ts'

const names = (machines: readonly Machine[]): string => machines.map((machine) => machine.name).join(', ')

/** What happens to an acknowledged write when a machine dies. */
export function explainDurability(plan: Plan): string {
  const copies = plan.machines.filter((machine) => machine.roles.includes('database')).length
  if (copies === 1) return 'There is one copy of the data: when its machine is lost, so is the data.'
  switch (plan.database.durability) {
    case 'zero-loss':
      return copies === 2
        ? 'A write is acknowledged when both database machines have it; the loss of either loses nothing. While one is gone, the other goes on alone.'
        : `A write is acknowledged when a quorum of the ${copies} database machines has it; the loss of any one loses nothing.`
    case 'strict':
      return 'A write is acknowledged when a second database machine has it, always: a primary that is left alone stops writing.'
    case 'fast':
      return 'A write is acknowledged when the primary has it: a failover may lose the writes of the last moments.'
  }
}

/** Who votes in etcd and how many of them may be lost. */
export function explainQuorum(plan: Plan): string {
  const voters = plan.machines.filter((machine) => machine.etcdVoter)
  const losses = lossesSurvived(voters.length)
  const survives = losses === 0 ? 'none of them may be lost' : `${losses === 1 ? 'any one' : `any ${losses}`} of them may be lost`
  return `${voters.length} etcd ${voters.length === 1 ? 'voter' : 'voters'} (${names(voters)}): ${survives}.`
}

/** The way a request takes: entry, app, database, control; by name within a role. */
export function inRequestOrder(machines: readonly Machine[]): Machine[] {
  const rank = (machine: Machine): number => Math.min(...machine.roles.map((role) => ROLES.indexOf(role)))
  return machines.toSorted((a, b) => rank(a) - rank(b) || compareNames(a.name, b.name))
}
