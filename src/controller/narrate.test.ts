import { expect, test } from 'vitest'
import { healthyWorld, NOW, silent, withFacts, withMachine } from '../../test/fixtures/world.ts'
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

test('an ill unit, its restart, and its cure', () => {
  const well = healthyWorld()
  const ill = withMachine(well, 'app-1', withFacts((facts) => ({ ...facts, units: { 'unit.service': 'failed' } })))
  const late = withMachine(ill, 'app-1', (view) => ({ ...view, unwellSinceMs: NOW - 5000 }))
  const soon = withMachine(ill, 'app-1', (view) => ({ ...view, unwellSinceMs: NOW - 2500 }))
  expect(tellAll([[well, 1], [ill, 1], [soon, 1], [late, 1], [late, 1], [well, 1]])).toEqual([
    ['leader-changed db-1', 'converged'], [], ['unwell app-1'], ['confirmed app-1'], [], ['well app-1', 'redundant'],
  ])
})

test('drift that is only reported needs a human, and is said again when there is more of it', () => {
  const base = healthyWorld()
  const reporting: World = { ...base, plan: { ...base.plan!, healing: { ...base.plan!.healing, drift: 'report' } } }
  const drifted = (...paths: readonly string[]): World => withMachine(reporting, 'app-1', withFacts((facts) => ({
    ...facts, drift: { items: paths.map((what) => ({ kind: 'etc', what, change: 'added', sinceMs: NOW })), managedCheckedMs: NOW, restCheckedMs: NOW },
  })))
  expect(tellAll([[reporting, 1], [drifted('/etc/a'), 1], [drifted('/etc/a'), 1], [drifted('/etc/a', '/etc/b'), 1], [reporting, 1]])).toEqual([
    ['leader-changed db-1', 'converged'], ['drift app-1'], [], ['drift app-1'], ['well app-1'],
  ])
})

test('hints and pauses are said when they come and when they go', () => {
  const well = healthyWorld()
  const hinted: World = { ...well, hints: [{ id: '1', source: 'plain', machine: 'app-1', reason: 'high-load', evidence: '', atMs: NOW - 20_000 }] }
  const paused: World = { ...well, pauses: [{ machine: 'db-1', reason: 'work', by: 'ann', sinceMs: NOW, untilMs: NOW + 1 }] }
  expect(tellAll([[well, 1], [hinted, 1], [well, 1], [paused, 1], [well, 1]])).toEqual([
    ['leader-changed db-1', 'converged'], ['hint app-1', 'hint-settled app-1'], ['redundant'], ['paused db-1'], ['resumed db-1'],
  ])
})

test('a hold that lasts is said again, now to a human', () => {
  const stuck = withMachine(withMachine(healthyWorld(), 'db-1', silent(30_000)), 'app-1', (view) => view)
  const needs: unknown[] = []
  let story = silentStory
  for (const afterMs of [0, 300_000, 601_000, 900_000]) {
    const world = { ...stuck, nowMs: stuck.nowMs + afterMs }
    story = narrate(story, world, decide(world), 1, (kind, _machine, _text, more) => kind === 'held' && needs.push(more?.needsHuman === true))
  }
  expect(needs).toEqual([false, true])
})

test('what is told says what it rests on, and whether only a human can end it', () => {
  const well = healthyWorld()
  const told: [string, boolean, unknown][] = []
  const tell: Parameters<typeof narrate>[4] = (kind, _machine, _text, more) => told.push([kind, more?.needsHuman === true, more?.evidence])
  const quiet = withMachine(well, 'app-1', silent(1300))
  const first = narrate(silentStory, well, decide(well), 1, () => undefined)
  narrate(first, quiet, decide(quiet), 1, tell)
  const stormy = ['app-1', 'app-2', 'entry-1'].reduce((world, name) => withMachine(world, name, silent(30_000)), well)
  narrate({ ...first, silent: new Set(['app-1', 'app-2', 'entry-1']) }, stormy, decide(stormy), 1, tell)
  expect(told).toMatchObject([
    ['silent', false, { silentSinceMs: quiet.nowMs - 1300, observers: { 'app-2': 'silent', 'control-1': 'silent' }, lastFacts: { uptimeS: 1000, revision: 'r1', app: { healthy: true } } }],
    ['held', true, { code: 'storm', silent: ['app-1', 'app-2', 'entry-1'] }],
  ])
})
