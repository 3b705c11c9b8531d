/** Pure: what is not well with a machine, as short sentences; an empty list means every one of its roles was verified. */
import type { Facts } from '../agent/api.ts'
import type { Machine } from '../plan/types.ts'
import type { MachineView, World } from './world.ts'

export function problemsOf(view: MachineView, world: World): readonly string[] {
  const { facts, planned } = view
  if (planned === null) return ['the plan has no such machine']
  if (facts === null) return ['gives no facts']
  return [
    ...revisionProblems(view, facts),
    ...unitProblems(view, facts),
    ...(planned.roles.includes('entry') && facts.entry?.healthy !== true ? ['nginx does not serve'] : []),
    ...(planned.roles.includes('app') ? appProblems(view, facts, world) : []),
    ...(planned.roles.includes('database') ? databaseProblems(planned, facts, world) : []),
    ...(planned.etcdVoter ? etcdProblems(planned, facts, world) : []),
  ]
}

function revisionProblems(view: MachineView, facts: Facts): readonly string[] {
  if (view.wantedRevision === null || facts.revision === view.wantedRevision) return []
  if (facts.applying?.error) return [`could not apply its manifest: ${facts.applying.error}`]
  return [`has manifest ${facts.revision ?? 'none'} instead of ${view.wantedRevision}`]
}

const unitProblems = (view: MachineView, facts: Facts): readonly string[] =>
  view.wantedUnits.flatMap((unit) => {
    const state = facts.units[unit] ?? 'unknown'
    return state === 'active' || state === 'reloading' ? [] : [`${unit} is ${state}`]
  })

function appProblems(view: MachineView, facts: Facts, world: World): readonly string[] {
  if (facts.app?.healthy !== true) return ['the application does not answer its health check']
  // An entry machine that is still to be updated judges by the old rules: its word doesn't count.
  const outOfPool = world.machines.filter((other) => other.facts?.entry?.upstreams[view.name] === 'down' && other.facts.revision === other.wantedRevision)
  return outOfPool.map((entry) => `is not in the pool of ${entry.name}`)
}

function databaseProblems(planned: Machine, facts: Facts, world: World): readonly string[] {
  const database = facts.database ?? null
  const leader = world.database.truth?.leader ?? null
  if (leader === null) return ['the database has no leader']
  if (database === null) return ['the database gives no facts']
  if (leader === planned.name) return database.role === 'primary' && database.state === 'running' ? [] : [`holds the lock, but is ${database.role} (${database.state})`]
  if (database.role !== 'replica' || database.state !== 'streaming') return [`the replica is ${database.state}`]
  // The primary's own word: a replica's idea of "streaming" can be stale.
  const primary = world.machines.find((machine) => machine.name === leader)
  const seen = primary?.facts?.database?.standbys.some((standby) => standby.name === planned.name && standby.state === 'streaming')
  if (seen !== true) return ['the primary does not see its replica stream']
  // Streaming is not enough to be the second copy: only who is in the list may be promoted.
  const copies = world.plan?.database.durability === 'fast' || (world.database.truth?.synchronousStandbys ?? []).length > 0
  return copies ? [] : ['no replica is a synchronous standby yet']
}

function etcdProblems(planned: Machine, facts: Facts, world: World): readonly string[] {
  const member = world.etcd.members.find((one) => one.name === planned.name)
  if (!world.etcd.available || member === undefined) return ['is no member of etcd']
  if (member.learner || facts.etcd?.learner === true) return ['is an etcd learner, not yet a voter']
  return facts.etcd?.healthy === true ? [] : ['its etcd member is not healthy']
}
