/** Pure: what is not well with a machine; an empty list means every one of its roles was verified. */
import type { Facts } from '../agent/api.ts'
import type { Machine } from '../plan/types.ts'
import type { Problem } from './problem.ts'
import { rememberedByMachine, rememberedByWorld } from './remembered.ts'
import { isDeaf, isStalled } from './stuck.ts'
import type { MachineView, World } from './world.ts'

export const problemsOf = rememberedByMachine((view: MachineView, world: World): readonly Problem[] => {
  const { facts, planned } = view
  if (planned === null) return [{ code: 'not-planned' }]
  if (facts === null) return [{ code: 'no-facts' }]
  return [
    ...revisionProblems(view, facts),
    ...unitProblems(view, facts),
    ...(isStalled(view) ? [{ code: 'disk-stalled' } as const] : []),
    ...(isDeaf(view) ? [{ code: 'engine-deaf' } as const] : []),
    ...(planned.roles.includes('entry') && facts.entry?.healthy !== true ? [{ code: 'entry-unhealthy' } as const] : []),
    ...(planned.roles.includes('app') ? appProblems(view, facts, world) : []),
    ...(planned.roles.includes('database') ? databaseProblems(planned, facts, world) : []),
    ...(planned.etcdVoter ? etcdProblems(planned, facts, world) : []),
  ]
})

function revisionProblems(view: MachineView, facts: Facts): readonly Problem[] {
  if (view.wantedRevision === null || facts.revision === view.wantedRevision) return []
  if (facts.applying?.error) return [{ code: 'manifest-failed', error: facts.applying.error }]
  return [{ code: 'manifest-other', has: facts.revision, wants: view.wantedRevision }]
}

const unitProblems = (view: MachineView, facts: Facts): readonly Problem[] =>
  view.wantedUnits.flatMap((unit): Problem[] => {
    const state = facts.units[unit] ?? 'unknown'
    return state === 'active' || state === 'reloading' ? [] : [{ code: 'unit-down', unit, state }]
  })

/** An entry machine that is still to be updated judges by the old rules: its word doesn't count. */
const judges = rememberedByWorld((world) => world.machines.filter((view) => view.facts?.entry !== undefined && view.facts.revision === view.wantedRevision))

function appProblems(view: MachineView, facts: Facts, world: World): readonly Problem[] {
  if (facts.app?.healthy !== true) return [{ code: 'app-unhealthy' }]
  if (world.release?.beside === true && facts.app.beside?.healthy === false) return [{ code: 'next-unhealthy' }]
  const outOfPool = judges(world).filter((other) => other.facts?.entry?.upstreams[view.name] === 'down')
  return outOfPool.map((entry) => ({ code: 'out-of-pool', entry: entry.name }))
}

function databaseProblems(planned: Machine, facts: Facts, world: World): readonly Problem[] {
  const database = facts.database ?? null
  const leader = world.database.truth?.leader ?? null
  if (leader === null) return [{ code: 'no-database-leader' }]
  if (database === null) return [{ code: 'database-no-facts' }]
  if (leader === planned.name) {
    return database.role === 'primary' && database.state === 'running' ? [] : [{ code: 'lock-without-primary', role: database.role, state: database.state }]
  }
  if (database.role !== 'replica' || database.state !== 'streaming') return [{ code: 'replica-not-streaming', state: database.state }]
  // The primary's own word: a replica's idea of "streaming" can be stale.
  const primary = world.machines.find((machine) => machine.name === leader)
  const seen = primary?.facts?.database?.standbys.some((standby) => standby.name === planned.name && standby.state === 'streaming')
  if (seen !== true) return [{ code: 'replica-unseen' }]
  // Streaming is not enough to be the second copy: only who is in the list may be promoted.
  const copies = world.plan?.database.durability === 'fast' || (world.database.truth?.synchronousStandbys ?? []).length > 0
  return copies ? [] : [{ code: 'no-synchronous-standby' }]
}

function etcdProblems(planned: Machine, facts: Facts, world: World): readonly Problem[] {
  const member = world.etcd.members.find((one) => one.name === planned.name)
  if (!world.etcd.available || member === undefined) return [{ code: 'no-etcd-member' }]
  if (member.learner || facts.etcd?.learner === true) return [{ code: 'etcd-learner' }]
  return facts.etcd?.healthy === true ? [] : [{ code: 'etcd-unhealthy' }]
}
