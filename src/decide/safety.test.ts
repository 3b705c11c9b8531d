import fc from 'fast-check'
import { expect, test } from 'vitest'
import { healthyWorld, inPhase, silent, withFacts, type Change } from '../../test/fixtures/world.ts'
import { decide } from './decide.ts'
import type { World } from './world.ts'

const sickEtcd: Change = withFacts((facts) => ({ ...facts, ...(facts.etcd === undefined ? {} : { etcd: { healthy: false, memberId: null, leader: false, learner: false } }) }))
const sickDatabase: Change = withFacts((facts) => ({ ...facts, ...(facts.database === undefined ? {} : { database: null }) }))

/** What may have happened to one machine. */
const mishaps: readonly Change[] = [
  (view) => view,
  silent(30_000),
  silent(30_000, []),
  silent(3_000),
  inPhase('bearing', { facts: null, doorOpen: true }),
  inPhase('joining', {}, 0),
  inPhase('creating', { facts: null, inFlight: true }),
  (view) => ({ ...view, wantedRevision: 'r2' }),
  (view) => ({ ...silent(30_000)(view), inFlight: true }),
  sickEtcd,
  sickDatabase,
]

const worlds: fc.Arbitrary<World> = fc.tuple(
  fc.array(fc.nat(mishaps.length - 1), { minLength: 7, maxLength: 7 }),
  fc.constantFrom('db-1', 'db-2', null),
  fc.subarray(['app-1', 'db-1', 'db-2', 'entry-1', 'control-1']),
).map(([choices, leader, requested]) => {
  const world = healthyWorld()
  return {
    ...world,
    machines: world.machines.map((view, index) => (mishaps[choices[index] ?? 0] as Change)(view)),
    database: { configured: true, truth: { leader, synchronousStandbys: [] } },
    requests: requested.map((machine) => ({ machine, by: 'ann', accepted: [] })),
  }
})

const replacements = (world: World): string[] => decide(world).flatMap((decision) =>
  decision.kind === 'act' ? decision.actions.flatMap((action) => (action.kind === 'replace' ? [action.machine] : [])) : [])

const holds = (property: (world: World, machine: string) => boolean): void =>
  fc.assert(fc.property(worlds, (world) => replacements(world).every((machine) => property(world, machine))), { numRuns: 1500 })

const isUnborn = (world: World, name: string): boolean => ['creating', 'bearing'].includes(world.machines.find((view) => view.name === name)?.record?.phase ?? '')

test('at most one replacement begins at a time', () => {
  fc.assert(fc.property(worlds, (world) => replacements(world).length <= 1), { numRuns: 1500 })
})
test('nothing is replaced while something else is under way, but what was never claimed', () => {
  holds((world, machine) => isUnborn(world, machine) || world.machines.every((view) => view.name === machine || (!view.inFlight && view.record?.phase === 'member')))
})
test('never the holder of the lock', () => {
  holds((world, machine) => isUnborn(world, machine) || world.database.truth?.leader !== machine)
})
test('a database machine only beside a proven primary', () => {
  holds((world, machine) => isUnborn(world, machine) || !machine.startsWith('db-') || world.machines.some((view) => view.name !== machine && view.name === world.database.truth?.leader && view.facts?.database?.role === 'primary'))
})
test('etcd keeps a majority of its voters without the machine', () => {
  holds((world, machine) => isUnborn(world, machine) || !['control-1', 'db-1', 'db-2'].includes(machine)
    || world.machines.filter((view) => view.name !== machine && view.facts?.etcd?.healthy === true).length >= 2)
})
test('a property that is broken would be seen', () => {
  expect(() => holds(() => false)).toThrow()
})
