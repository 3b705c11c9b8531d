import { describe, expect, test } from 'vitest'
import { healthyWorld, summary, withFacts, withMachine } from '../../test/fixtures/world.ts'
import type { World } from './world.ts'

const taken = (machine: string, used: number, max = 100): World =>
  withMachine(healthyWorld(), machine, withFacts((facts) => ({ ...facts, database: facts.database ? { ...facts.database, connections: { used, max } } : null })))

describe('connections to the database', () => {
  test.each<[string, World, string[]]>([
    ['nothing is known of them', healthyWorld(), ['hold all-healthy']],
    ['there are enough', taken('db-1', 89), ['hold all-healthy']],
    ['nine of ten are taken on the primary', taken('db-1', 90), ['hold all-healthy', 'hold connections-scarce db-1']],
    ['or on a standby', taken('db-2', 100), ['hold all-healthy', 'hold connections-scarce db-2']],
  ])('%s', (_name, world, decisions) => {
    expect(summary(world)).toEqual(decisions)
  })
})
