import { parse } from 'yaml'
import { expect, test } from 'vitest'
import { acmePlan, acmeSecrets } from '../../../test/fixtures/stack.ts'
import type { Plan } from '../../plan/types.ts'
import { renderHba } from './hba.ts'
import { clusterConfig } from './cluster-config.ts'
import { renderPatroni } from './patroni.ts'
import { ONE_SLOT } from '../../render/slots.ts'

const DATABASE = { vip: '10.77.0.20', reportsVip: '10.77.0.21' }
const planWith = (database: object): Plan => acmePlan('standard', { database: { ...DATABASE, ...database } })

test.each([
  [{ durability: 'zero-loss' }, { synchronous_mode: true, primary_start_timeout: 0 }],
  [{ durability: 'zero-loss', machines: 3 }, { synchronous_mode: 'quorum', primary_start_timeout: 0 }],
  [{ durability: 'strict' }, { synchronous_mode: true, synchronous_mode_strict: true }],
  [{ durability: 'fast' }, { synchronous_mode: false }],
])('durability %o', (database, expected) => {
  expect(clusterConfig(planWith(database))).toMatchObject(expected)
})

test('without a synchronous standby a crashed primary is restarted in place: failing over would lose writes', () => {
  expect(clusterConfig(planWith({ durability: 'fast' }))).toMatchObject({ primary_start_timeout: 300, synchronous_mode: false })
})

test("Patroni's timers obey its own rule, which it would otherwise bend with a mere warning", () => {
  const { ttl, loop_wait: loop, retry_timeout: retry } = clusterConfig(planWith({})) as Record<string, number>
  expect((loop ?? 0) + 2 * (retry ?? 0)).toBeLessThanOrEqual(ttl ?? 0)
})

test('a voter talks to the etcd beside it; a database machine without one to all voters', () => {
  const plan = acmePlan('standard', { database: { ...DATABASE, machines: 4 }, control: { voters: 3 } })
  const etcdOf = (voter: boolean): unknown => {
    const machine = plan.machines.find(({ roles, etcdVoter }) => roles.includes('database') && etcdVoter === voter)
    if (machine === undefined) throw new Error('the plan has database machines of both kinds')
    return parse(renderPatroni({ plan, machine, secrets: acmeSecrets, release: null, slots: ONE_SLOT, networkInterface: 'host0' })).etcd3
  }
  expect(etcdOf(true)).toEqual(expect.objectContaining({ hosts: ['127.0.0.1:2379'], use_proxies: true, protocol: 'https' }))
  const addresses = plan.machines.filter(({ etcdVoter }) => etcdVoter).map(({ address }) => `${address}:2379`)
  expect(etcdOf(false)).toEqual(expect.objectContaining({ hosts: addresses }))
  expect(etcdOf(false)).not.toHaveProperty('use_proxies')
})

test('where Python would read a boolean there is a string', () => {
  const plan = planWith({})
  const [machine] = plan.machines.filter(({ roles }) => roles.includes('database'))
  if (machine === undefined) throw new Error('the plan has database machines')
  const config = parse(renderPatroni({ plan, machine, secrets: acmeSecrets, release: null, slots: ONE_SLOT, networkInterface: 'host0' }), { version: '1.1' })
  expect(config.watchdog.mode).toBe('off')
  expect(config.postgresql.parameters.ssl).toBe('on')
})

test('in the compact layout a pooler may come from a virtual address, because its own machine holds it', () => {
  const hba = renderHba(acmePlan('compact'))
  expect(hba).toContain('hostssl ledger app 10.77.0.20/32 scram-sha-256 clientcert=verify-ca')
  expect(renderHba(acmePlan('standard')).some((line) => line.includes('10.77.0.20/32'))).toBe(false)
})

test('nobody gets in over the network without TLS, a certificate and a password', () => {
  for (const line of renderHba(acmePlan('standard')).filter((each) => !each.startsWith('local '))) {
    expect(line).toMatch(/^hostssl .* scram-sha-256 clientcert=verify-ca$/)
  }
})
