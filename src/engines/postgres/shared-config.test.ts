import { describe, expect, test } from 'vitest'
import { acmePlan } from '../../../test/fixtures/stack.ts'
import { containsConfig, isConfigured } from './shared-config.ts'
import { clusterConfig } from './cluster-config.ts'

describe('containsConfig', () => {
  test.each<[string, unknown, unknown, boolean]>([
    ['the same', { ttl: 20 }, { ttl: 20 }, true],
    ['another value', { ttl: 30 }, { ttl: 20 }, false],
    ['a missing key', {}, { ttl: 20 }, false],
    ['what an operator added is left alone', { ttl: 20, tags: { x: 1 } }, { ttl: 20 }, true],
    ['nested', { postgresql: { parameters: { max_connections: '100' } } }, { postgresql: { parameters: { max_connections: 100 } } }, true],
    ['nested and different', { postgresql: { parameters: { max_connections: 50 } } }, { postgresql: { parameters: { max_connections: 100 } } }, false],
  ])('%s', (_name, actual, wanted, contained) => {
    expect(containsConfig(actual, wanted)).toBe(contained)
  })
})

test('a change of durability is seen in both directions', () => {
  const [zeroLoss, strict, fast] = (['zero-loss', 'strict', 'fast'] as const).map((durability) => acmePlan('standard', { database: { vip: '10.77.0.20', reportsVip: '10.77.0.21', durability } }))
  for (const from of [zeroLoss!, strict!, fast!]) {
    const keys = new Map([['/service/acme/config', JSON.stringify(clusterConfig(from))]])
    expect([zeroLoss!, strict!, fast!].map((to) => isConfigured(to, keys))).toEqual([zeroLoss, strict, fast].map((to) => to === from))
  }
  expect(isConfigured(zeroLoss!, new Map())).toBe(null)
})
