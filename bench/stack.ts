/** Pure: a stack of any number of machines, every one of them well: its plan, and what its agents and etcd would say. */
import type { Facts } from '../src/agent/api.ts'
import type { StackEvent } from '../src/controller/api.ts'
import type { Machine, Plan, Role } from '../src/plan/types.ts'
import type { MachineRecord } from '../src/decide/world.ts'
import { candidates, withRole } from '../src/render/input.ts'
import type { Manifest } from '../src/render/manifest.ts'
import { acmePlan } from '../test/fixtures/stack.ts'

const DAY_MS = 86_400_000
/** Loopback, all of it: every machine has an address of its own and nothing leaves the host. */
const NETWORK = { cidr: '127.77.0.0/16', prefixBits: 16, gateway: '127.77.0.1' } as const
const FIRST_ADDRESS = 1024
const FIXED: readonly (readonly [string, Role, number])[] = [['control', 'control', 3], ['db', 'database', 3], ['entry', 'entry', 2]]

const addressOf = (index: number): string => `127.77.${(FIRST_ADDRESS + index) >> 8}.${(FIRST_ADDRESS + index) & 255}`

/** 3 control machines (the voters of etcd), 3 with a database, 2 entries, and applications up to `count` machines (10 at least). */
export function bigPlan(count: number): Plan {
  const base = acmePlan('standard')
  const fixed = FIXED.flatMap(([prefix, role, many]) => numbered(prefix, role, many))
  const named = [...fixed, ...numbered('app', 'app', count - fixed.length)].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const machines = named.map(({ name, role }, index): Machine => {
    const control = role === 'control'
    return { name, roles: [role], address: addressOf(index), size: { cpus: 2, memoryMb: 4096, diskGb: 40 }, etcdVoter: control, controllerCandidate: control }
  })
  return {
    ...base,
    network: NETWORK,
    machines,
    entry: { ...base.entry, vip: '127.77.255.10' },
    database: { ...base.database, vip: '127.77.255.20', reportsVip: '127.77.255.21' },
  }
}

const numbered = (prefix: string, role: Role, many: number): { name: string; role: Role }[] =>
  Array.from({ length: many }, (_, index) => ({ name: `${prefix}-${index + 1}`, role }))

/** A full member for a day. */
export const recordOf = (machine: Machine, nowMs: number): MachineRecord => ({
  machine: machine.name,
  phase: 'member',
  sinceMs: nowMs - DAY_MS,
  join: null,
  replacing: false,
  size: machine.size,
  replacedAtMs: [nowMs - DAY_MS],
  attempts: [],
  memberSinceMs: nowMs - DAY_MS,
})

/** What Patroni keeps: db-1 is the primary and every other database machine stands by. */
export const databaseLeader = 'db-1'
export const standbysOf = (plan: Plan): readonly string[] => withRole(plan, 'database').map(({ name }) => name).filter((name) => name !== databaseLeader)

/** As an agent on a healthy machine answers; `timeMs` and `uptimeS` are the sender's to fill in. */
export function factsOf(plan: Plan, machine: Machine, manifest: Pick<Manifest, 'revision' | 'units'>, etcdMember: string | null, nowMs: number): Facts {
  const has = (role: Role): boolean => machine.roles.includes(role)
  const bootId = `00000000-0000-4000-8000-${machine.address.split('.').map((part) => Number(part).toString(16).padStart(3, '0')).join('')}`
  return {
    machine: machine.name,
    incarnation: bootId,
    bootId,
    timeMs: nowMs,
    uptimeS: 86_400,
    revision: manifest.revision,
    applying: null,
    units: Object.fromEntries(manifest.units.map(({ name }) => [name, 'active' as const])),
    card: null,
    vips: machine.name === 'entry-1' ? [plan.entry.vip] : machine.name === databaseLeader ? [plan.database.vip] : machine.name === 'db-2' ? [plan.database.reportsVip] : [],
    diskUsedPercent: 23.4,
    memoryAvailableBytes: 3_205_234_688,
    memoryTotalBytes: 4_160_749_568,
    bornMs: nowMs - DAY_MS,
    ports: portsOf(machine),
    drift: { items: [], managedCheckedMs: nowMs - 1000, restCheckedMs: nowMs - 20_000 },
    certificateExpiresMs: nowMs + 300 * DAY_MS,
    ...(has('entry') ? { entry: { healthy: true, upstreams: Object.fromEntries(withRole(plan, 'app').map(({ name }) => [name, 'up' as const])) } } : {}),
    ...(has('app') ? { app: { healthy: true, status: 200 } } : {}),
    ...(has('database') ? { database: databaseFacts(plan, machine) } : {}),
    ...(machine.etcdVoter ? { etcd: { healthy: true, memberId: etcdMember, leader: machine.name === candidates(plan)[0]?.name, learner: false } } : {}),
    ...(machine.controllerCandidate ? { terraformRunning: false } : {}),
  }
}

function databaseFacts(plan: Plan, machine: Machine): NonNullable<Facts['database']> {
  const primary = machine.name === databaseLeader
  const standbys = primary ? standbysOf(plan).map((name) => ({ name, state: 'streaming', sync: 'quorum', lagBytes: 0 })) : []
  return { role: primary ? 'primary' : 'replica', state: primary ? 'running' : 'streaming', timeline: 7, replayLagBytes: primary ? null : 0, standbys }
}

const PORTS_BY_ROLE: Readonly<Record<Role, readonly number[]>> = { entry: [80, 443], app: [6432, 8080, 8443], database: [5432, 6432, 8008], control: [2379, 2380, 7444, 7446] }
const portsOf = (machine: Machine): readonly string[] => [...machine.roles.flatMap((role) => PORTS_BY_ROLE[role]), 7443].map((port) => `0.0.0.0:${port}`).toSorted()

/** The diary of a stack that has been there for a while. */
export const pastEvents = (count: number, nowMs: number): readonly StackEvent[] => Array.from({ length: count }, (_, index) => ({
  number: index + 1,
  atMs: nowMs - DAY_MS + index,
  kind: index % 2 === 0 ? 'silent' : 'back',
  machine: 'app-1',
  text: index % 2 === 0 ? 'app-1 does not answer.' : 'app-1 answers again.',
}))
