import { describe, expect, test } from 'vitest'
import { draftSpec } from '../spec/draft.ts'
import type { Plan } from './types.ts'
import { explainDurability, explainQuorum, inRequestOrder } from './explain.ts'
import { planStack } from './plan.ts'
import { routerIds } from './router-ids.ts'

const BASE = `stack: acme
provider: lab
network: 10.77.0.0/24
entry: { vip: 10.77.0.10, domain: acme.example }
app: { release: ../ledger }
database: { vip: 10.77.0.20, reportsVip: 10.77.0.21 }
`

function planOf(yaml: string, environment = 'lab'): Plan {
  const { spec, problems } = draftSpec(new TextEncoder().encode(yaml), { file: 'regrow.yaml', environment })
  if (spec === undefined) throw new Error(JSON.stringify(problems))
  return planStack(spec, { environment, directory: '/srv/acme' })
}

const table = (plan: Plan): string[] => inRequestOrder(plan.machines).map(({ name, roles, address, size, etcdVoter }) =>
  `${name} ${roles.join('+')} ${address} ${size.cpus}/${size.memoryMb}/${size.diskGb}${etcdVoter ? ' voter' : ''}`)

test('the standard layout: seven machines, three voters', () => {
  expect(table(planOf(BASE))).toEqual([
    'entry-1 entry 10.77.0.31 1/512/10',
    'entry-2 entry 10.77.0.32 1/512/10',
    'app-1 app 10.77.0.41 1/1024/10',
    'app-2 app 10.77.0.42 1/1024/10',
    'db-1 database 10.77.0.61 2/2048/20 voter',
    'db-2 database 10.77.0.62 2/2048/20 voter',
    'control-1 control 10.77.0.11 1/1024/10 voter',
  ])
})

test('the compact layout: two nodes and a small control machine', () => {
  expect(table(planOf(`${BASE}layout: compact\n`))).toEqual([
    'node-1 entry+app+database 10.77.0.61 2/3584/40 voter',
    'node-2 entry+app+database 10.77.0.62 2/3584/40 voter',
    'control-1 control 10.77.0.11 1/1024/10 voter',
  ])
})

test('a layout of its own, as a list, with an address and a size', () => {
  const plan = planOf(`${BASE}sizes: { app: { memoryMb: 4096 } }
machines:
  - { name: web-2, roles: [app, entry] }
  - { name: web-1, roles: [entry, app], address: 10.77.0.200, size: { cpus: 8 } }
  - { name: left, roles: [database] }
  - { name: right, roles: [database] }
  - { name: brain, roles: [control] }
`)
  expect(table(plan)).toEqual([
    'web-1 entry+app 10.77.0.200 8/4608/20',
    'web-2 entry+app 10.77.0.32 1/4608/20',
    'left database 10.77.0.61 2/2048/20 voter',
    'right database 10.77.0.62 2/2048/20 voter',
    'brain control 10.77.0.11 1/1024/10 voter',
  ])
})

test('everything but the machines', () => {
  const { machines: _, ...rest } = planOf(BASE)
  expect(rest).toEqual({
    stack: 'acme',
    provider: 'lab',
    environment: 'lab',
    network: { cidr: '10.77.0.0/24', prefixBits: 24, gateway: '10.77.0.1' },
    operators: ['10.77.0.254/32'],
    entry: {
      vip: '10.77.0.10', domain: 'acme.example', aliases: [], tls: null, redirect: true, routerId: 10, stale: [],
      limits: { connections: 500, rate: 2000, burst: 2000, writes: 1000, bodyBytes: 33_554_432 }, maintenance: null,
    },
    app: { release: '/srv/ledger', port: 8080, health: { path: '/healthz', intervalMs: 1000, timeoutMs: 1000, rise: 2, fall: 3 }, strategy: 'rolling', drainMs: 10_000, startupMs: 20_000, migrate: null, env: [], workers: [], jobs: [] },
    database: {
      engine: 'postgres', vip: '10.77.0.20', reportsVip: '10.77.0.21', durability: 'zero-loss',
      routerId: 20, reportsRouterId: 21, name: 'app', user: 'app', reportsUser: 'reports',
      reports: { maxLagMs: 10_000, statementTimeoutMs: 60_000, fallback: 'error', pool: 10 },
    },
    healing: {
      mode: 'act', confirmMs: 20_000, startupMs: 120_000, replacementsPerHourMax: 3,
      drift: 'replace', driftIgnore: [], maxAgeMs: 2_592_000_000, window: null, trust: [],
    },
    hints: { from: [] },
    notify: [],
    findings: [],
  })
})

test('an environment changes what it names and nothing else', () => {
  const yaml = `${BASE}environments: { staging: { app: { machines: 3 }, sizes: { database: { memoryMb: 8192 } }, healing: { confirm: 1m } } }\n`
  expect(planOf(yaml).machines).toHaveLength(7)
  const staging = planOf(yaml, 'staging')
  expect(staging.machines).toHaveLength(8)
  expect(staging.healing.confirmMs).toBe(60_000)
  expect(staging.machines.find((machine) => machine.name === 'db-1')?.size).toEqual({ cpus: 2, memoryMb: 8192, diskGb: 20 })
  expect(staging.app.port).toBe(8080)
})

test('an environment may have another layout than the file', () => {
  const yaml = `${BASE}environments: { dev: { layout: compact } }\n`.replace('entry: {', 'entry: { machines: 3,')
  expect(planOf(yaml).machines).toHaveLength(8)
  expect(planOf(yaml, 'dev').machines.map((machine) => machine.name)).toEqual(['control-1', 'node-1', 'node-2'])
})

describe('router ids', () => {
  test.each([
    [['10.77.0.10', '10.77.0.20', '10.77.0.21'], [10, 20, 21]],
    [['10.77.0.10', '10.77.1.10', '10.77.2.10'], [10, 11, 12]],
    [['10.77.1.0', '10.77.0.255', '10.78.0.255'], [1, 255, 2]],
  ] as const)('%j → %j', (vips, ids) => {
    expect(routerIds(vips)).toEqual(ids)
  })
})

describe('sentences', () => {
  test('two copies', () => {
    const plan = planOf(BASE)
    expect(explainQuorum(plan)).toBe('3 etcd voters (control-1, db-1, db-2): any one of them may be lost.')
    expect(explainDurability(plan)).toBe('A write is acknowledged when both database machines have it; the loss of either loses nothing, and the other goes on alone. Not promised: anything for a second loss before the lost machine is back; and a session that sets synchronous_commit to off or local, or a client that cancels the wait of its commit, has waived that for its own write.')
  })

  test.each([
    ['database: { machines: 3,', 'quorum of the 3'],
    ['database: { machines: 1,', 'one copy'],
    ['database: { durability: fast,', 'Not promised: the writes of the last moments'],
    ['database: { durability: strict,', 'stops writing'],
  ])('%s … }', (start, words) => {
    expect(explainDurability(planOf(BASE.replace('database: {', start)))).toContain(words)
  })
})
