import { describe, expect, test } from 'vitest'
import { healthyWorld, NOW, silent, summary, withFacts, withMachine, type Change } from '../../test/fixtures/world.ts'
import type { World } from './world.ts'

const changed = (...changes: readonly (readonly [string, Change])[]): World => changes.reduce((world, [name, change]) => withMachine(world, name, change), healthyWorld())
const sees = (databaseSight: Readonly<Record<string, number>>): Change => withFacts((facts) => ({ ...facts, databaseSight }))
const CUT = { 'db-1': 5000, 'db-2': 0 }
const paused = (world: World): World => ({ ...world, pauses: [{ machine: null, reason: 'r', by: 'ann', sinceMs: NOW - 1, untilMs: NOW + 60_000 }] })
const observing = (world: World): World => ({ ...world, plan: { ...world.plan!, healing: { ...world.plan!.healing, mode: 'observe' } } })
const alone = (world: World): World => ({ ...world, database: { ...world.database, truth: { leader: 'db-1', synchronousStandbys: [] } } })
const MOVES = ['act switch-over-first db-1 → switch-over db-1']

describe('the app machines and the primary', () => {
  test.each<[string, World, string[]]>([
    ['reach each other', changed(['app-1', sees({ 'db-1': 0, 'db-2': 0 })], ['app-2', sees({ 'db-1': 0, 'db-2': 0 })]), ['hold all-healthy']],
    ['none reaches it, and all reach the standby', changed(['app-1', sees(CUT)], ['app-2', sees(CUT)]), MOVES],
    ['not for long enough', changed(['app-1', sees(CUT)], ['app-2', sees({ ...CUT, 'db-1': 4900 })]), ['hold all-healthy']],
    ['one still reaches it', changed(['app-1', sees(CUT)], ['app-2', sees({ 'db-1': 0, 'db-2': 0 })]), ['hold all-healthy']],
    ['of one nothing is known', changed(['app-1', sees(CUT)]), ['hold all-healthy']],
    ['one is silent: the other decides', changed(['app-1', sees(CUT)], ['app-2', silent(1000)]), [...MOVES, 'hold confirming app-2']],
    ['they reach no database machine: moving the primary would not help', changed(['app-1', sees({ 'db-1': 9000, 'db-2': 9000 })], ['app-2', sees({ 'db-1': 9000, 'db-2': 9000 })]), ['hold cut-from-apps db-1']],
    ['one of them does not reach the standby', changed(['app-1', sees(CUT)], ['app-2', sees({ 'db-1': 9000, 'db-2': 9000 })]), ['hold cut-from-apps db-1']],
    ['no standby has every acknowledged write', alone(changed(['app-1', sees(CUT)], ['app-2', sees(CUT)])), ['hold cut-from-apps db-1']],
    ['paused', paused(changed(['app-1', sees(CUT)], ['app-2', sees(CUT)])), ['hold paused db-1']],
    ['mode observe', observing(changed(['app-1', sees(CUT)], ['app-2', sees(CUT)])), ['hold mode-observe db-1']],
    ['the primary is silent too: that is a death, or a cut', changed(['app-1', sees(CUT)], ['app-2', sees(CUT)], ['db-1', silent(1000)]), ['hold confirming db-1']],
  ])('%s', (_name, world, decisions) => {
    expect(summary(world)).toEqual(decisions)
  })
})
