import { describe, expect, test } from 'vitest'
import { healthyWorld, inPhase, NOW, silent, summary, withFacts, withMachine, type Change } from '../../test/fixtures/world.ts'
import type { Fence, World } from './world.ts'

const changed = (...changes: readonly (readonly [string, Change])[]): World =>
  changes.reduce((world, [name, change]) => withMachine(world, name, change), healthyWorld())
const on = (observer: string, outcome: 'answered' | 'open' | 'refused' | 'silent' = 'silent') => ({ observer, outcome })
const quiet = (forMs: number, observations = [on('db-2'), on('app-1')]): Change => (view) => ({ ...view, quiet: { sinceMs: NOW - forMs, observations } })
const hung = (forMs: number, engine: 'answered' | 'open' | 'refused' | 'silent'): Change => (view) =>
  ({ ...silent(forMs)(view), observations: [on('db-2', 'open'), on('app-1', 'open')], engine })
const fence = (machine: string, address: string, changes: Partial<Fence> = {}): Fence =>
  ({ machine, address, card: null, vips: [], sinceMs: NOW - 5000, renewedMs: NOW - 5000, ...changes })
const fenced = (world: World, ...fences: readonly Fence[]): World => ({ ...world, fences })
const durable = (durability: 'fast' | 'strict', world: World): World => ({ ...world, plan: { ...world.plan!, database: { ...world.plan!.database, durability } } })
const lead = (world: World, leader: string, synchronousStandbys: readonly string[]): World => ({ ...world, database: { ...world.database, truth: { leader, synchronousStandbys } } })

const FAILS_OVER = ['act primary-dead db-1 → fail-over db-1']

describe('a primary that is dead', () => {
  test.each<[string, World, string[]]>([
    ['its kernel is quiet, and others find the same', changed(['db-1', quiet(600)]), FAILS_OVER],
    ['not for long enough', changed(['db-1', quiet(500)]), ['hold all-healthy']],
    ['nobody else could be asked', changed(['db-1', quiet(5000, [])]), ['hold all-healthy']],
    ['one other has had an answer: a cut, not a death', changed(['db-1', quiet(5000, [on('db-2'), on('app-1', 'refused')])]), ['hold all-healthy']],
    ['frozen: its kernel answers, its agent and its engine do not', changed(['db-1', hung(3000, 'open')]), FAILS_OVER],
    ['frozen for a moment', changed(['db-1', hung(2900, 'open')]), ['hold confirming db-1']],
    ['only its agent is gone', changed(['db-1', hung(9000, 'answered')]), ['hold confirming db-1']],
    ['durability strict', durable('strict', changed(['db-1', quiet(600)])), FAILS_OVER],
    ['durability fast: Patroni\'s own timers', durable('fast', changed(['db-1', quiet(600)])), ['hold failover-refused db-1']],
    ['no standby is listed', lead(changed(['db-1', quiet(600)]), 'db-1', []), ['hold failover-refused db-1']],
    ['the listed standby can\'t be asked to fence it off', changed(['db-1', quiet(600)], ['db-2', (view) => ({ ...view, facts: null })]), ['hold failover-refused db-1']],
    ['one of several listed can\'t be asked', lead(changed(['db-1', quiet(600)]), 'db-1', ['db-2', 'db-3']), ['hold failover-refused db-1']],
    ['the stack is paused', { ...changed(['db-1', quiet(600)]), pauses: [{ machine: null, reason: 'r', by: 'ann', sinceMs: NOW - 1, untilMs: NOW + 60_000 }] }, ['hold paused db-1']],
    ['while another machine is being made', changed(['db-1', quiet(600)], ['app-1', inPhase('bearing', { facts: null })]), [...FAILS_OVER, 'hold awaiting-newborn app-1']],
    ['the listed standby is being made anew', changed(['db-1', quiet(600)], ['db-2', (view) => ({ ...view, record: { ...view.record!, phase: 'creating' } })]), ['act creation-unfinished db-2 → create db-2', 'hold failover-refused db-1']],
    ['a human asks for its heir to be replaced: not now, by no force', { ...changed(['db-1', quiet(600)]), requests: [{ machine: 'db-2', by: 'ann', accepted: ['storm', 'budget-spent'] }] }, [...FAILS_OVER, 'hold last-good-copy db-2']],
    ['half the stack is silent: that is the network', changed(['db-1', quiet(600)], ...['app-1', 'app-2', 'entry-1'].map((name) => [name, silent(600)] as const)), ['hold storm']],
  ])('%s', (_name, world, decisions) => {
    expect(summary(world).slice(0, decisions.length)).toEqual(decisions)
  })
})

describe('a standby that is dead', () => {
  test.each<[string, World, string[]]>([
    ['is fenced off, so that the primary need not wait for it', changed(['db-2', quiet(600, [on('db-1')])]), ['act fence-standby db-2 → fence db-2']],
    ['not when we have it rebooted', changed(['db-2', (view) => ({ ...quiet(900, [on('db-1')])(view), inFlight: true })]), ['hold updating db-2']],
    ['once', fenced(changed(['db-2', quiet(900, [on('db-1')])]), fence('db-2', '10.77.0.62')), ['hold all-healthy']],
  ])('%s', (_name, world, decisions) => {
    expect(summary(world)).toEqual(decisions)
  })
})

describe('a fence', () => {
  const away = (): World => lead(changed(['db-1', silent(5000)]), 'db-2', [])
  test.each<[string, World, string[]]>([
    ['is renewed while its machine is away', fenced(away(), fence('db-1', '10.77.0.61', { renewedMs: NOW - 10_000 })), ['act fence-kept db-1 → fence db-1', 'hold confirming db-1']],
    ['not in every round', fenced(away(), fence('db-1', '10.77.0.61')), ['hold confirming db-1']],
    ['falls when the machine is made anew', fenced(lead(changed(['db-1', inPhase('bearing', { facts: null })]), 'db-2', []), fence('db-1', '10.77.0.61')), ['act fence-over db-1 → lift-fence db-1', 'hold awaiting-newborn db-1']],
    ['stays while the machine still stands', fenced(lead(changed(['db-1', inPhase('creating', { facts: null, inFlight: true })]), 'db-2', []), fence('db-1', '10.77.0.61')), ['hold awaiting-newborn db-1']],
    ['stays while the machine that is back takes itself for the primary', fenced(lead(healthyWorld(), 'db-2', ['db-1']), fence('db-1', '10.77.0.61')), ['hold']],
    ['falls when it has stepped back', fenced(lead(changed(['db-1', withFacts((facts) => ({ ...facts, database: { ...facts.database!, role: 'replica' } }))]), 'db-2', ['db-1']), fence('db-1', '10.77.0.61')), ['act fence-over db-1 → lift-fence db-1']],
    ['falls when nobody has succeeded it', fenced(healthyWorld(), fence('db-1', '10.77.0.61')), ['act fence-over db-1 → lift-fence db-1']],
  ])('%s', (_name, world, decisions) => {
    expect(summary(world).slice(0, decisions.length).map((line, index) => (decisions[index] === 'hold' ? line.split(' ')[0] : line))).toEqual(decisions)
  })
})
