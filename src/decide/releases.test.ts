import { describe, expect, test } from 'vitest'
import { healthyWorld, inPhase, NOW, summary, withFacts, withMachine, type Change } from '../../test/fixtures/world.ts'
import type { ReleaseView, World } from './world.ts'

const release = (changes: Partial<ReleaseView> = {}): ReleaseView => ({ id: 'r2', beside: false, proven: false, fallback: 'r1', migration: { state: 'none' }, ...changes })
const world = (changes: Partial<ReleaseView>, ...machines: readonly (readonly [string, Change])[]): World =>
  machines.reduce((known, [name, change]) => withMachine(known, name, change), { ...healthyWorld(), release: release(changes) } as World)
const outdated: Change = withFacts((facts) => ({ ...facts, revision: 'r0' }))
const ill = (forMs: number): Change => (view) => ({ ...withFacts((facts) => ({ ...facts, app: { healthy: false, status: 500 } }))(view), unwellSinceMs: NOW - forMs })
const refuses: Change = withFacts((facts) => ({ ...facts, revision: null, applying: { revision: 'r1', error: 'no such image' } }))

describe('a new release', () => {
  test.each<[string, World, string[]]>([
    ['is proven when it runs well everywhere', world({}), ['act release-proven → prove-release app-1']],
    ['is proven once', world({ proven: true, fallback: null }), ['hold all-healthy']],
    ['is brought to one machine after the other', world({}, ['app-1', outdated], ['app-2', outdated]), ['act manifest-outdated app-1 → push app-1']],
    ['has its time to start', world({}, ['app-1', ill(19_000)], ['app-2', outdated]), ['hold waiting-for-membership app-1']],
    ['goes when it is not healthy by then', world({}, ['app-1', ill(20_000)], ['app-2', outdated]), ['act release-unhealthy app-1 → roll-back app-1']],
    ['stays when it is well on all others: then one machine is ill', world({}, ['app-1', ill(20_000)]), ['act restart-due app-1 → restart-unit app-1']],
    ['goes when it can\'t be had', world({}, ['app-1', refuses], ['app-2', outdated]), ['act release-refused app-1 → roll-back app-1']],
    ['stays when there is none to go back to', world({ fallback: null }, ['app-1', ill(20_000)], ['app-2', outdated]), ['hold waiting-for-membership app-1']],
  ])('%s', (_name, seen, decisions) => {
    expect(summary(seen).slice(0, decisions.length)).toEqual(decisions)
  })
})

describe('what is done once before it', () => {
  test.each<[string, World, string[]]>([
    ['comes first', world({ migration: { state: 'due' } }, ['app-1', outdated], ['app-2', outdated]), ['act migration-due app-1 → migrate app-1']],
    ['is done by one that answers', world({ migration: { state: 'due' } }, ['app-1', (view) => ({ ...view, facts: null })], ['app-2', outdated]), ['act migration-due app-2 → migrate app-2']],
    ['is waited for', world({ migration: { state: 'running', machine: 'app-1' } }, ['app-1', (view) => ({ ...outdated(view), inFlight: true })], ['app-2', outdated]), ['hold updating app-1']],
    ['is taken up again where it was begun', world({ migration: { state: 'running', machine: 'app-2' } }, ['app-1', outdated], ['app-2', outdated]), ['act migration-due app-2 → migrate app-2']],
    ['is done elsewhere when that machine is being made anew', world({ migration: { state: 'running', machine: 'app-2' } }, ['app-1', outdated], ['app-2', inPhase('bearing', { facts: null })]), ['act migration-due app-1 → migrate app-1']],
    ['when it is done, the release follows', world({ migration: { state: 'done' } }, ['app-1', outdated], ['app-2', outdated]), ['act manifest-outdated app-1 → push app-1']],
    ['when it fails, the release goes before it came', world({ migration: { state: 'failed', machine: 'app-1', error: 'no' } }, ['app-1', outdated], ['app-2', outdated]), ['act migration-failed app-1 → roll-back app-1']],
    ['when the very first one fails, a human is asked', world({ fallback: null, migration: { state: 'failed', machine: 'app-1', error: 'no' } }), ['hold migration-failed app-1']],
  ])('%s', (_name, seen, decisions) => {
    expect(summary(seen).slice(0, decisions.length)).toEqual(decisions)
  })
})

describe('a release beside the one that has the users', () => {
  const next = (healthy: boolean, forMs = 0): Change => (view) => ({ ...withFacts((facts) => ({ ...facts, app: { healthy: true, status: 200, beside: { healthy, status: healthy ? 200 : 500 } } }))(view), ...(healthy ? {} : { unwellSinceMs: NOW - forMs }) })
  test.each<[string, World, string[]]>([
    ['gets them when it is well on all app machines', world({ beside: true }, ['app-1', next(true)], ['app-2', next(true)]), ['act change-over → change-over app-1']],
    ['not before all of them run it', world({ beside: true }, ['app-1', next(true)], ['app-2', outdated]), ['act manifest-outdated app-2 → push app-2']],
    ['not while one of them has not looked', world({ beside: true }, ['app-1', next(true)]), ['hold all-healthy']],
    ['has its time to start', world({ beside: true }, ['app-1', next(true)], ['app-2', next(false, 19_000)]), ['hold unwell app-2']],
    ['goes when it is not well by then, be it on one machine', world({ beside: true }, ['app-1', next(true)], ['app-2', next(false, 20_000)]), ['act release-unhealthy app-2 → roll-back app-2']],
  ])('%s', (_name, seen, decisions) => {
    expect(summary(seen).slice(0, decisions.length)).toEqual(decisions)
  })
})
