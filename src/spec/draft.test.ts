import { expect, test } from 'vitest'
import { engineNamed } from '../engines/registry.ts'
import { providerNamed } from '../providers/registry.ts'
import { draftSpec } from './draft.ts'
import { formatProblem } from './problem.ts'
import { ENGINES, PROVIDERS } from './schema.ts'

const VALID = `stack: acme
provider: lab
network: 10.77.0.0/24
entry: { vip: 10.77.0.10, domain: acme.example }
app: { release: ./release }
database: { vip: 10.77.0.20, reportsVip: 10.77.0.21 }
`
const lines = (yaml: string, environment?: string): string[] =>
  draftSpec(new TextEncoder().encode(yaml), { file: 'r.yaml', environment }).problems.map(formatProblem)

test('the design’s spec is valid, word for word', () => {
  expect(lines(`stack: acme
provider: lab                    # proxmox, hcloud, linode, …: the same file
network: 10.77.0.0/24
entry:    { machines: 2, vip: 10.77.0.10, domain: acme.example }
app:
  machines: 2
  release: ./examples/ledger     # or an OCI image
  port: 8080
  health: { path: /healthz, interval: 1s, timeout: 1s, rise: 2, fall: 3 }
  env: [SESSION_SECRET]          # names only: values come from the environment file, never from the spec
database: { engine: postgres, machines: 2, vip: 10.77.0.20, reportsVip: 10.77.0.21, durability: zero-loss }
control:  { machines: 1 }
healing:  { mode: act, confirm: 20s, drift: replace, maxAge: 30d }
`)).toEqual([])
})

/** One mistake in a valid spec → exactly one line about it. */
test.each([
  ['stack: acme', 'stack: 123', 'r.yaml:1:8  stack: should be a name of 1 to 30 characters: a to z, 0 to 9 and hyphens inside (write: stack: "123")'],
  ['stack: acme', `stack: ${'a'.repeat(31)}`, `r.yaml:1:8  stack: should be a name of 1 to 30 characters: a to z, 0 to 9 and hyphens inside (write: stack: ${'a'.repeat(30)})`],
  ['stack: acme', 'stack: -acme', 'r.yaml:1:8  stack: should be a name of 1 to 30 characters: a to z, 0 to 9 and hyphens inside (write: stack: acme)'],
  ['stack: acme\n', '', 'r.yaml:1:1  stack: is missing (write: stack: acme)'],
  ['network: 10.77.0.0/24', 'network: 10.77.0.0/30', 'r.yaml:3:10  network: should have a prefix from /8 to /28 (write: network: 10.77.0.0/24)'],
  ['10.77.0.10,', '10.77.0.300,', 'r.yaml:4:15  entry.vip: should be an IPv4 address (write: vip: 10.77.0.10)'],
  ['10.77.0.21', '10.77.0.20', "r.yaml:6:42  database.reportsVip: 10.77.0.20 is taken by the database's VIP (write: reportsVip: 10.77.0.11)"],
  ['domain: acme.example', 'domain: https://acme.example', 'r.yaml:4:35  entry.domain: should be a domain name in lower case (write: domain: acme.example)'],
  ['release: ./release', 'release: ./release, port: 80', 'r.yaml:5:34  app.port: should be an integer from 1024 to 65535 (write: port: 1024)'],
  ['release: ./release', 'release: ./release, health: { timeout: 2s }', 'r.yaml:5:47  app.health.timeout: should be no longer than the interval (1s) (write: timeout: 1s)'],
  ['release: ./release', 'release: ./release, env: SESSION_SECRET', 'r.yaml:5:33  app.env: should be a list of names (write: env: [SESSION_SECRET])'],
  ['release: ./release', 'release: ./release, health: { rise: "3" }', 'r.yaml:5:44  app.health.rise: should be an integer, 1 or more (write: rise: 3)'],
  ['provider: lab', 'provider: lab\nhealing: { confirm: 500ms }', 'r.yaml:3:21  healing.confirm: should be a duration from 1s to 1h (write: confirm: 20s)'],
  ['provider: lab', 'provider: lab\nhealing: { confirm: 20 s }', 'r.yaml:3:21  healing.confirm: should be a duration from 1s to 1h (write: confirm: 20s)'],
  ['provider: lab', 'provider: lab\ncontrol: { voters: 5 }', 'r.yaml:3:20  control.voters: there are only 3 control and database machines (write: voters: 3)'],
  ['provider: lab', 'provider: lab\nlayout: compact\ncontrol: { machines: 1 }', 'r.yaml:4:12  control.machines: is not counted here: the compact layout has a fixed number of machines (leave it out, or write: layout: standard)'],
  ['provider: lab', 'provider: lab\ntimeout: 5', 'r.yaml:3:1  timeout: is not a key here (known here: stack, provider, network, operators, layout, machines, entry, app, database, control, healing, hints, notify, sizes, environments)'],
])('%s → %s', (good, bad, expected) => {
  expect(lines(VALID.replace(good, bad))).toEqual([expected])
})

test('environments: lab for the lab, production elsewhere, or what is asked for', () => {
  const draft = (yaml: string, environment?: string) => draftSpec(new TextEncoder().encode(yaml), { file: 'r.yaml', environment }).environment
  expect(draft(VALID)).toBe('lab')
  expect(draft(VALID.replace('lab', 'hcloud'))).toBe('production')
  expect(draft(VALID, 'staging')).toBe('staging')
})

test('what an environment adds is checked in whole', () => {
  const yaml = `${VALID}environments:
  staging:
    machines: { web-9: { size: { cpus: 1 } } }
  other:
    entry: { vip: 10.99.0.1 }
`
  expect(lines(yaml)).toEqual([])
  expect(lines(yaml, 'staging')).toEqual(['r.yaml:9:17  environments.staging.machines.web-9.roles: is missing (write: roles: [app])'])
  expect(lines(yaml, 'other')).toEqual(['r.yaml:11:19  environments.other.entry.vip: 10.99.0.1 is outside the network 10.77.0.0/24 (write: vip: 10.77.0.10)'])
})

test('each provider and engine that a spec may name is there', () => {
  for (const name of PROVIDERS) expect(providerNamed(name)).toBeDefined()
  for (const name of ENGINES) expect(engineNamed(name)).toBeDefined()
})
