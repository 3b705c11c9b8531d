import { describe, expect, test } from 'vitest'
import { healthyWorld, silent, summary, withFacts, withMachine, type Change } from '../../test/fixtures/world.ts'
import type { World } from './world.ts'

const changed = (...changes: readonly (readonly [string, Change])[]): World => changes.reduce((world, [name, change]) => withMachine(world, name, change), healthyWorld())
const away = (world: World): World => ({ ...world, etcd: { ...world.etcd, available: false } })
const etcdDown: Change = withFacts((facts) => ({ ...facts, units: { ...facts.units, 'etcd.service': 'inactive' }, etcd: { healthy: false, memberId: null, leader: false, learner: false } }))

describe('etcd without a quorum: nothing is changed, whatever else is wrong', () => {
  test.each<[string, World]>([
    ['nothing else', away(healthyWorld())],
    ['two voters\' etcd is down', away(changed(['control-1', etcdDown], ['db-2', etcdDown]))],
    ['a machine is dead', away(changed(['app-1', silent(60_000)]))],
    ['the primary is dead', away(changed(['db-1', (view) => ({ ...silent(60_000)(view), quiet: { sinceMs: 0, observations: [{ observer: 'app-1', outcome: 'silent' }] } })]))],
    ['a disk is full', away(changed(['db-1', withFacts((facts) => ({ ...facts, diskUsedPercent: 99 }))]))],
  ])('%s', (_name, world) => {
    expect(summary(world)).toEqual(['hold etcd-unavailable'])
  })
})
