import { describe, expect, test } from 'vitest'
import { healthyWorld, NOW, silent, summary, withMachine, type Change } from '../../test/fixtures/world.ts'
import type { World } from './world.ts'

const changed = (...changes: readonly (readonly [string, Change])[]): World => changes.reduce((world, [name, change]) => withMachine(world, name, change), healthyWorld())
const HOUR_MS = 3_600_000
/** Its clock has jumped, and all that it dates with it. */
const off = (skewMs: number): Change => (view) => ({
  ...view,
  clockSkewMs: skewMs,
  facts: view.facts === null ? null : { ...view.facts, timeMs: NOW + skewMs, bornMs: view.facts.bornMs + skewMs, drift: { items: [], managedCheckedMs: NOW + skewMs, restCheckedMs: NOW + skewMs } },
})
/** The acting controller's own clock has jumped: to it all others are off, and what it noted lies elsewhere. */
const ownClock = (jumpMs: number, world: World): World => ({ ...world, nowMs: NOW + jumpMs, machines: world.machines.map((view) => ({ ...view, clockSkewMs: view.name === world.self ? 0 : -jumpMs })) })
const others = (code: string): string[] => ['app-1', 'app-2', 'db-1', 'db-2', 'entry-1', 'entry-2'].map((name) => `hold ${code} ${name}`)
const seen: Change = (view) => ({ ...silent(1000)(view), observations: [{ observer: 'app-2', outcome: 'answered' }] })

describe('a clock that jumps takes no machine away', () => {
  test.each<[string, World, string[]]>([
    ['by less than is worth a word', changed(['db-1', off(1900)]), ['hold all-healthy']],
    ['the primary\'s, an hour ahead', changed(['db-1', off(HOUR_MS)]), ['hold all-healthy', 'hold clock-skew db-1']],
    ['the primary\'s, an hour behind', changed(['db-1', off(-HOUR_MS)]), ['hold all-healthy', 'hold clock-skew db-1']],
    ['on both database machines', changed(['db-1', off(HOUR_MS)], ['db-2', off(-HOUR_MS)]), ['hold all-healthy', 'hold clock-skew db-1', 'hold clock-skew db-2']],
    ['the acting controller\'s, an hour ahead', ownClock(HOUR_MS, healthyWorld()), ['hold all-healthy', ...others('clock-skew')]],
    ['the acting controller\'s, an hour behind', ownClock(-HOUR_MS, healthyWorld()), ['hold all-healthy', ...others('clock-skew')]],
    ['ahead while a machine is cut off from it: another one still sees that', ownClock(HOUR_MS, changed(['app-1', seen])), ['hold seen-by-another app-1', ...others('clock-skew')]],
    ['behind while a machine is silent: it waits for longer', ownClock(-HOUR_MS, changed(['app-1', silent(60_000)])), ['hold confirming app-1', ...others('clock-skew')]],
  ])('%s', (_name, world, decisions) => {
    expect(summary(world).toSorted()).toEqual(decisions.toSorted())
  })
})
