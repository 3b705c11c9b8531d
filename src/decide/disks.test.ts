import { describe, expect, test } from 'vitest'
import { healthyWorld, NOW, summary, withFacts, withMachine, type Change } from '../../test/fixtures/world.ts'
import type { World } from './world.ts'

const changed = (...changes: readonly (readonly [string, Change])[]): World => changes.reduce((world, [name, change]) => withMachine(world, name, change), healthyWorld())
const used = (percent: number): Change => withFacts((facts) => ({ ...facts, diskUsedPercent: percent }))
/** It was cleaned up so long ago. */
const cleaned = (percent: number, agoMs = 10_000): Change => (view) => ({ ...used(percent)(view), record: { ...view.record!, attempts: [{ step: 'clean-up', unit: null, atMs: NOW - agoMs }] } })
const paused = (world: World): World => ({ ...world, pauses: [{ machine: null, reason: 'r', by: 'ann', sinceMs: NOW - 1, untilMs: NOW + 60_000 }] })
const observing = (world: World): World => ({ ...world, plan: { ...world.plan!, healing: { ...world.plan!.healing, mode: 'observe' } } })
const alone = (world: World): World => ({ ...world, database: { ...world.database, truth: { leader: 'db-1', synchronousStandbys: [] } } })

describe('a disk that fills', () => {
  test.each<[string, World, string[]]>([
    ['there is room', changed(['db-1', used(79.9)]), ['hold all-healthy']],
    ['80 %: a word', changed(['app-1', used(80)]), ['hold all-healthy', 'hold disk-filling app-1']],
    ['95 %: what can go goes', changed(['app-1', used(95)]), ['act disk-full app-1 → free-disk app-1', 'hold disk-filling app-1']],
    ['the same on the primary', changed(['db-1', used(97)]), ['act disk-full db-1 → free-disk db-1', 'hold disk-filling db-1']],
    ['it may still show its effect', changed(['db-1', cleaned(97, 2000)]), ['hold all-healthy', 'hold disk-filling db-1']],
    ['that was enough', changed(['db-1', cleaned(70)]), ['hold all-healthy']],
    ['that was not enough for the primary: its standby has more room', changed(['db-1', cleaned(97)]), ['act switch-over-first db-1 → switch-over db-1', 'hold disk-filling db-1']],
    ['the standby is nearly as full', changed(['db-1', cleaned(97)], ['db-2', used(93)]), ['hold all-healthy', 'hold no-room db-1', 'hold disk-filling db-1', 'hold disk-filling db-2']],
    ['both are full', changed(['db-1', cleaned(99)], ['db-2', cleaned(99)]), ['hold all-healthy', 'hold no-room db-1', 'hold no-room db-2', 'hold disk-filling db-1', 'hold disk-filling db-2']],
    ['no standby has every acknowledged write', alone(changed(['db-1', cleaned(97)])), ['hold no-room db-1', 'hold disk-filling db-1']],
    ['on another machine than the primary', changed(['app-1', cleaned(97)]), ['hold all-healthy', 'hold no-room app-1', 'hold disk-filling app-1']],
    ['after two minutes it is tried again', changed(['app-1', cleaned(97, 121_000)]), ['act disk-full app-1 → free-disk app-1', 'hold disk-filling app-1']],
    ['paused', paused(changed(['db-1', used(97)])), ['hold all-healthy', 'hold paused db-1', 'hold disk-filling db-1']],
    ['mode observe', observing(changed(['db-1', cleaned(97)])), ['hold all-healthy', 'hold mode-observe db-1', 'hold disk-filling db-1']],
    ['unknown', changed(['db-1', withFacts((facts) => ({ ...facts, diskUsedPercent: null }))]), ['hold all-healthy']],
  ])('%s', (_name, world, decisions) => {
    const said = summary(world)
    expect(said.filter((line) => decisions.includes(line) || /disk|no-room|switch-over/.test(line))).toEqual(decisions)
  })
})
