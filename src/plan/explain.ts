/** Sentences that tell a person what a plan means. */
import type { Machine, Plan } from './types.ts'
import { ROLES } from './types.ts'
import { lossesSurvived } from './quorum.ts'
import { compareNames } from './names.ts'

const names = (machines: readonly Machine[]): string => machines.map((machine) => machine.name).join(', ')

/** What happens to an acknowledged write when a machine dies; and what no setting can promise. */
export function explainDurability(plan: Plan): string {
  const copies = plan.machines.filter((machine) => machine.roles.includes('database')).length
  if (copies === 1) return 'There is one copy of the data: when its machine is lost, so is the data.'
  return `${PROMISE[plan.database.durability](copies)} ${NOT_PROMISED[plan.database.durability]}`
}

type Durability = Plan['database']['durability']

const PROMISE: Readonly<Record<Durability, (copies: number) => string>> = {
  'zero-loss': (copies) => copies === 2
    ? 'A write is acknowledged when both database machines have it; the loss of either loses nothing, and the other goes on alone.'
    : `A write is acknowledged when a quorum of the ${copies} database machines has it; the loss of any one loses nothing.`,
  strict: () => 'A write is acknowledged when a second database machine has it, always: a primary that is left alone stops writing.',
  fast: () => 'A write is acknowledged when the primary has it, and waits for nobody.',
}

/** PostgreSQL's manual on synchronous_commit and on cancelling the wait of a commit (27.2.8). */
const WAIVED = 'a session that sets synchronous_commit to off or local, or a client that cancels the wait of its commit, has waived that for its own write.'
const NOT_PROMISED: Readonly<Record<Durability, string>> = {
  'zero-loss': `Not promised: anything for a second loss before the lost machine is back; and ${WAIVED}`,
  strict: `Not promised: that writes go on with one machine left; and ${WAIVED}`,
  fast: 'Not promised: the writes of the last moments before a failover; and nobody takes a dead primary\'s lock from it, so a failover waits for about 20 s.',
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
