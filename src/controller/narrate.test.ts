import { expect, test } from 'vitest'
import { healthyWorld, silent, withMachine } from '../../test/fixtures/world.ts'
import { decide } from '../decide/decide.ts'
import type { World } from '../decide/world.ts'
import { narrate, silentStory, storySoFar } from './narrate.ts'

/** Kinds of events, with their machines, for each world in turn. */
function tellAll(worlds: readonly (readonly [World, number])[]): string[][] {
  let story = silentStory
  return worlds.map(([world, generation]) => {
    const told: string[] = []
    story = narrate(story, world, decide(world), generation, (kind, machine) => told.push(machine === null ? kind : `${kind} ${machine}`))
    return told
  })
}

test('a machine falls silent, is confirmed, and everything is well again: each is said once', () => {
  const well = healthyWorld()
  const quiet = withMachine(well, 'app-1', silent(5000))
  const dead = withMachine(well, 'app-1', silent(21_000))
  expect(tellAll([[well, 1], [well, 1], [quiet, 1], [quiet, 1], [dead, 1], [dead, 1], [well, 1], [well, 1]])).toEqual([
    ['leader-changed db-1', 'converged'], [], ['silent app-1'], [], ['confirmed app-1'], [], ['back app-1', 'redundant'], [],
  ])
})

test('a new controller repeats neither who leads nor what it has not seen yet', () => {
  const unseen = withMachine(healthyWorld(), 'app-1', (view) => ({ ...view, facts: null }))
  const told: string[] = []
  narrate(storySoFar([{ number: 7, atMs: 0, kind: 'leader-changed', machine: 'db-1', text: '' }]), unseen, decide(unseen), 1, (kind) => told.push(kind))
  expect(told).toEqual([])
})

test('what still holds is told again to whoever brings a new desired state', () => {
  const stopped = withMachine(healthyWorld(), 'app-1', (view) => ({ ...view, facts: { ...view.facts!, applying: { revision: 'r1', error: 'refused' }, revision: null } }))
  expect(tellAll([[stopped, 1], [stopped, 1], [stopped, 2]])).toEqual([['leader-changed db-1', 'rollout-stopped app-1'], [], ['rollout-stopped app-1']])
})
