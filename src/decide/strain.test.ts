import { describe, expect, test } from 'vitest'
import { healthyWorld, silent, summary, withMachine } from '../../test/fixtures/world.ts'
import type { World } from './world.ts'

const all = (slowestAnswerMs: number, world: World): World => ({ ...world, machines: world.machines.map((view) => ({ ...view, slowestAnswerMs })) })
const hung = (forMs: number, world: World = healthyWorld()): World =>
  withMachine(world, 'db-1', (view) => ({ ...silent(forMs)(view), observations: [{ observer: 'db-2', outcome: 'open' }, { observer: 'app-1', outcome: 'open' }], engine: 'open', slowestAnswerMs: 600 }))

describe('a primary whose programs stand still', () => {
  test.each<[string, World, string]>([
    ['while all others answer as ever', hung(3000), 'act primary-dead db-1 → fail-over db-1'],
    ['while all others are slow too: longer than usual', hung(5900, all(400, healthyWorld())), 'hold confirming db-1'],
    ['but not for ever', hung(6000, all(400, healthyWorld())), 'act primary-dead db-1 → fail-over db-1'],
    ['one slow machine more is no starved host', hung(3000, withMachine(healthyWorld(), 'app-2', (view) => ({ ...view, slowestAnswerMs: 600 }))), 'act primary-dead db-1 → fail-over db-1'],
  ])('%s', (_name, world, first) => {
    expect(summary(world)[0]).toBe(first)
  })
})
