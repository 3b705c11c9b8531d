/** What is done about machines that answer, and whose disk, engine or replica stands still. */
import { describe, expect, test } from 'vitest'
import { healthyWorld, NOW, summary, withFacts, withMachine, type Change } from '../../test/fixtures/world.ts'
import type { Attempt, Fence, World } from './world.ts'

const changed = (...changes: readonly (readonly [string, Change])[]): World => changes.reduce((world, [name, change]) => withMachine(world, name, change), healthyWorld())
const on = (...changes: readonly Change[]): Change => (view) => changes.reduce((before, change) => change(before), view)
const lead = (world: World, leader: string, synchronousStandbys: readonly string[]): World => ({ ...world, database: { ...world.database, truth: { leader, synchronousStandbys } } })
const from = (self: string, world: World): World => ({ ...world, self })
const observing = (world: World): World => ({ ...world, plan: { ...world.plan!, healing: { ...world.plan!.healing, mode: 'observe' } } })
const paused = (world: World): World => ({ ...world, pauses: [{ machine: null, reason: 'r', by: 'ann', sinceMs: NOW - 1, untilMs: NOW + 60_000 }] })
const tried = (...attempts: readonly (readonly [Attempt['step'], number])[]): Change => (view) => ({ ...view, record: { ...view.record!, attempts: attempts.map(([step, agoMs]) => ({ step, unit: null, atMs: NOW - agoMs })) } })

const stalled = (forMs: number): Change => on(withFacts((facts) => ({ ...facts, diskStalledMs: forMs })), (view) => ({ ...view, unwellSinceMs: NOW - forMs }))
const deaf = (forMs: number): Change => on(withFacts((facts) => ({ ...facts, database: { ...facts.database!, deafMs: forMs } })), (view) => ({ ...view, unwellSinceMs: NOW - forMs }))
const replica = (state: string, forMs: number): Change => on(withFacts((facts) => ({ ...facts, database: { ...facts.database!, state, stuckMs: forMs } })), (view) => ({ ...view, unwellSinceMs: NOW - 900_000 }))
const stopped: Change = withFacts((facts) => ({ ...facts, database: { ...facts.database!, role: 'unknown', state: 'stopped' } }))

const firstOf = (world: World, decisions: readonly string[]): string[] => summary(world).slice(0, decisions.length)

describe('a disk that takes no writes', () => {
  const fence: Fence = { machine: 'db-1', address: '10.77.0.61', card: null, vips: [], sinceMs: NOW - 5000, renewedMs: NOW - 5000 }
  test.each<[string, World, string[]]>([
    ['the primary\'s: its lock goes to the standby', changed(['db-1', stalled(3000)]), ['act primary-dead db-1 → fail-over db-1']],
    ['not for long enough', changed(['db-1', stalled(2900)]), ['hold all-healthy']],
    ['the primary\'s, and the standby\'s too: that is the storage', changed(['db-1', stalled(3000)], ['db-2', stalled(3000)]), ['hold failover-refused db-1']],
    ['the primary\'s, and nobody else has every write', lead(changed(['db-1', stalled(3000)]), 'db-1', []), ['hold failover-refused db-1']],
    ['the primary\'s, under a pause', paused(changed(['db-1', stalled(3000)])), ['hold paused db-1']],
    ['the primary\'s, and the acting controller is on it', from('db-1', changed(['db-1', stalled(3000)])), ['act hand-over-first db-1 → hand-over db-1']],
    ['the standby\'s: nobody waits for its answers', changed(['db-2', stalled(3000)]), ['act fence-standby db-2 → fence db-2']],
    ['the standby\'s, for good: replaced', { ...changed(['db-2', stalled(25_000)]), fences: [{ ...fence, machine: 'db-2' }] }, ['act disk-stalled db-2 → replace db-2']],
    ['another machine\'s, for a while', changed(['app-1', stalled(19_000)]), ['hold unwell app-1']],
    ['another machine\'s, for healing.confirm', changed(['app-1', stalled(20_000)]), ['act disk-stalled app-1 → replace app-1']],
    ['two machines\': that is the storage', changed(['app-1', stalled(20_000)], ['app-2', stalled(20_000)]), ['hold common-cause app-1', 'hold common-cause app-2']],
    ['mode observe', observing(changed(['app-1', stalled(20_000)])), ['hold mode-observe app-1']],
  ])('%s', (_name, world, decisions) => {
    expect(firstOf(world, decisions)).toEqual(decisions)
  })
})

test('while the lock of a stalled primary is taken, its fence stays', () => {
  const fence: Fence = { machine: 'db-1', address: '10.77.0.61', card: null, vips: [], sinceMs: NOW - 5000, renewedMs: NOW - 5000 }
  expect(summary({ ...changed(['db-1', stalled(6000)]), fences: [fence] })).toEqual(['act primary-dead db-1 → fail-over db-1'])
})

describe('an engine that takes no new connections', () => {
  test.each<[string, World, string[]]>([
    ['the primary\'s is ended, for its standby to take over', changed(['db-1', deaf(3000)]), ['act engine-deaf db-1 → kill-engine db-1']],
    ['not yet', changed(['db-1', deaf(2900)]), ['hold all-healthy']],
    ['the primary\'s, without an heir: it gets more time', lead(changed(['db-1', deaf(14_000)]), 'db-1', []), ['hold no-heir db-1']],
    ['and is ended all the same, to be started again', lead(changed(['db-1', deaf(15_000)]), 'db-1', []), ['act engine-deaf db-1 → kill-engine db-1']],
    ['the standby\'s is ended, and started again by Patroni', changed(['db-2', deaf(3000)]), ['act engine-deaf db-2 → kill-engine db-2']],
    ['on both: that is the host', changed(['db-1', deaf(4000)], ['db-2', deaf(4000)]), ['hold common-cause db-1', 'hold common-cause db-2']],
    ['it was ended a moment ago', changed(['db-2', on(deaf(4000), tried(['kill', 5000]))]), ['hold settling db-2']],
    ['it was ended twice, in vain', changed(['db-2', on(deaf(4000), tried(['kill', 60_000], ['kill', 30_000]))]), ['act engine-deaf db-2 → replace db-2']],
    ['on the primary: it hands over to nobody who is deaf', changed(['db-1', on(deaf(9000), tried(['kill', 60_000], ['kill', 30_000]))], ['db-2', stalled(9000)]), ['act fence-standby db-2 → fence db-2', 'hold no-heir db-1']],
    ['under a pause', paused(changed(['db-1', deaf(9000)])), ['hold paused db-1']],
    ['mode observe', observing(changed(['db-1', deaf(9000)])), ['hold mode-observe db-1']],
  ])('%s', (_name, world, decisions) => {
    expect(firstOf(world, decisions)).toEqual(decisions)
  })
})

describe('a replica that does not stream', () => {
  test.each<[string, World, string[]]>([
    ['is left to itself for a while', changed(['db-2', replica('starting', 44_000)]), ['hold unwell db-2']],
    ['is copied anew', changed(['db-2', replica('starting', 45_000)]), ['act replica-stuck db-2 → reinitialise db-2']],
    ['is copied anew when its engine will not start', changed(['db-2', replica('start failed', 45_000)]), ['act replica-stuck db-2 → reinitialise db-2']],
    ['the WAL that it needs is gone: it runs and gets nothing', changed(['db-2', replica('running', 45_000)]), ['act replica-stuck db-2 → reinitialise db-2']],
    ['unwell for long, but stuck only now', changed(['db-2', replica('starting', 1000)]), ['hold unwell db-2']],
    ['a copy that is under way takes as long as it takes', changed(['db-2', on(replica('creating replica', 0), tried(['reinitialise', 850_000]))]), ['hold unwell db-2']],
    ['the new copy gets time to stream', changed(['db-2', on(replica('starting', 90_000), tried(['reinitialise', 50_000]))]), ['hold settling db-2']],
    ['the new copy was in vain: the machine is replaced', changed(['db-2', on(replica('starting', 120_000), tried(['reinitialise', 61_000]))]), ['act replica-stuck db-2 → replace db-2']],
    ['never while the primary is not proven to live', changed(['db-1', stopped], ['db-2', replica('starting', 45_000)]), ['hold last-good-copy db-2']],
    ['never the holder of the lock', changed(['db-1', replica('starting', 45_000)]), ['hold unwell db-1']],
    ['without a leader nobody is touched', { ...changed(['db-2', replica('starting', 45_000)]), database: { configured: true, truth: { leader: null, synchronousStandbys: ['db-2'] } } }, ['hold unwell db-1']],
    ['under a pause', paused(changed(['db-2', replica('starting', 45_000)])), ['hold paused db-2']],
    ['mode observe', observing(changed(['db-2', replica('starting', 45_000)])), ['hold mode-observe db-2']],
    ['while another machine is made', changed(['db-2', replica('starting', 45_000)], ['app-1', (view) => ({ ...view, inFlight: true })]), ['hold replacement-in-flight app-1']],
    ['during a roll-out its own rule judges', changed(['db-2', replica('starting', 45_000)], ['app-2', (view) => ({ ...view, wantedRevision: 'r2' })]), ['hold rollout-stopped db-2']],
  ])('%s', (_name, world, decisions) => {
    expect(firstOf(world, decisions)).toEqual(decisions)
  })
})
