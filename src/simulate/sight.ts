/** Observation as src/observe/watcher.ts does it: polls of 500 ms, two failures make a silence, then up to five others are asked. */
import type { Facts, DatabaseFacts } from '../agent/api.ts'
import type { Observation } from '../decide/world.ts'
import { isHealthy } from './etcd.ts'
import { answers, hasKernel, isRunning, runs, unitState, UNITS, type Host } from './host.ts'
import { hostOf, type Sim } from './model.ts'

export interface Sighting {
  readonly facts: Facts | null
  readonly lastFacts: Facts | null
  readonly failures: number
  readonly failingSinceMs: number
  readonly silentSinceMs: number | null
  readonly observations: readonly Observation[]
  readonly doorOpen: boolean
  readonly silences: readonly number[]
  readonly clockSkewMs: number | null
  readonly unborn: boolean
  nextMs: number
}

const POLL_MS = 500
export const OBSERVERS_MAX = 5
const FAILURES_MIN = 2
const SILENCES_KEPT_MS = 600_000

export const UNSEEN: Sighting = { facts: null, lastFacts: null, failures: 0, failingSinceMs: 0, silentSinceMs: null, observations: [], doorOpen: false, silences: [], clockSkewMs: null, unborn: false, nextMs: 0 }

const reaches = (sim: Sim, from: string, host: Host): boolean => sim.network.talk(from, host.name) && answers(host)

/** What a probe from there would find. */
export function probe(sim: Sim, from: string, to: string): Observation['outcome'] {
  const host = hostOf(sim, to)
  if (host === undefined || !hasKernel(host) || !sim.network.talk(from, to)) return 'silent'
  if (!isRunning(host)) return 'open'
  return host.stage === 'door' || host.agentUp ? 'answered' : 'refused'
}

export interface Watch {
  readonly self: string
  /** The controller's own clock. */
  readonly clockMs: number
  readonly sightings: ReadonlyMap<string, Sighting>
  readonly targets: readonly string[]
}

export function look(sim: Sim, watch: Watch, name: string, unborn: boolean): Sighting {
  const before = watch.sightings.get(name) ?? UNSEEN
  if (unborn) {
    const doorOpen = probe(sim, watch.self, name) === 'answered'
    return before.unborn && before.doorOpen === doorOpen ? before : { ...UNSEEN, unborn, doorOpen, nextMs: sim.nowMs }
  }
  const known = before.unborn ? UNSEEN : before
  if (sim.nowMs < known.nextMs) return known
  const host = hostOf(sim, name)
  const nextMs = sim.nowMs + POLL_MS
  if (host !== undefined && reaches(sim, watch.self, host)) {
    const facts = factsOf(sim, host)
    const silences = known.silences.filter((at) => at > sim.nowMs - SILENCES_KEPT_MS)
    if (facts === known.facts && known.failures === 0 && silences.length === known.silences.length) {
      known.nextMs = nextMs
      return known
    }
    return { ...known, unborn, facts, lastFacts: facts, silences, failures: 0, silentSinceMs: null, observations: [], doorOpen: false, clockSkewMs: sim.nowMs + host.clockMs - watch.clockMs, nextMs }
  }
  const failures = known.failures + 1
  const failingSinceMs = known.failures === 0 ? sim.nowMs : known.failingSinceMs
  if (failures < FAILURES_MIN) return { ...known, unborn, failures, failingSinceMs, nextMs }
  const silences = known.silentSinceMs === null ? [...known.silences.filter((at) => at > sim.nowMs - SILENCES_KEPT_MS), sim.nowMs] : known.silences
  return { ...known, unborn, facts: null, failures, failingSinceMs, silentSinceMs: known.silentSinceMs ?? failingSinceMs, observations: askOthers(sim, watch, name), silences, nextMs }
}

/** A kernel refuses at once, whatever its programs do. */
export function probePulse(sim: Sim, from: string, to: string): Observation['outcome'] {
  const host = hostOf(sim, to)
  return host !== undefined && hasKernel(host) && sim.network.talk(from, to) ? 'refused' : 'silent'
}

export function probeEngine(sim: Sim, from: string, to: string): Observation['outcome'] {
  const outcome = probe(sim, from, to)
  const host = hostOf(sim, to)
  if (host === undefined || outcome === 'silent' || outcome === 'open') return outcome
  return runs(host, UNITS.database, sim.nowMs) ? 'answered' : 'refused'
}

export const askForPulse = (sim: Sim, self: string, sightings: ReadonlyMap<string, Sighting>, name: string): readonly Observation[] =>
  observersOf(sim, { self, sightings, targets: [...sightings.keys()] }, name).map((observer) => ({ observer, outcome: probePulse(sim, observer, name) }))

const askOthers = (sim: Sim, watch: Watch, name: string): readonly Observation[] =>
  observersOf(sim, watch, name).map((observer) => ({ observer, outcome: probe(sim, observer, name) }))

function observersOf(sim: Sim, { self, sightings, targets }: Omit<Watch, 'clockMs'>, name: string): readonly string[] {
  if (sim.deaf) return []
  const others: string[] = []
  for (const other of targets) {
    if (others.length >= OBSERVERS_MAX) break
    if (other !== name && other !== self && (sightings.get(other)?.facts ?? null) !== null) others.push(other)
  }
  return others.filter((other) => {
    const host = hostOf(sim, other)
    return host !== undefined && reaches(sim, self, host)
  })
}

/** The same object while nothing changes; only its clock and its age stand still for a while. */
const FACTS_KEPT_MS = 10_000

function factsOf(sim: Sim, host: Host): Facts {
  const { said } = host
  if (said !== null && said.version === sim.version && sim.nowMs - said.atMs < FACTS_KEPT_MS) return said.facts
  const facts = readFacts(sim, host)
  host.said = { version: sim.version, atMs: sim.nowMs, facts }
  return facts
}

function readFacts(sim: Sim, host: Host): Facts {
  const { machine } = host
  const has = (role: (typeof machine.roles)[number]): boolean => machine.roles.includes(role)
  const clockMs = sim.nowMs + host.clockMs
  return {
    machine: host.name,
    incarnation: `${host.name}#${host.serial}`,
    bootId: `${host.serial}.${host.boots}`,
    timeMs: clockMs,
    uptimeS: Math.floor((sim.nowMs - host.bootedMs) / 1000),
    revision: host.revision,
    applying: host.applying,
    units: Object.fromEntries(host.units.map((unit) => [unit, unitState(host, unit, sim.nowMs)])),
    card: null,
    vips: [],
    diskUsedPercent: host.diskUsedPercent,
    diskStalledMs: host.stalledSinceMs === null ? 0 : sim.nowMs - host.stalledSinceMs,
    memoryAvailableBytes: 1e9,
    memoryTotalBytes: 2e9,
    bornMs: host.bornMs + host.clockMs,
    ports: [],
    drift: host.applying === null ? { items: host.drift, managedCheckedMs: clockMs, restCheckedMs: clockMs } : null,
    certificateExpiresMs: host.certificateExpiresMs,
    ...(has('entry') ? { entry: { healthy: runs(host, UNITS.entry, sim.nowMs), upstreams: upstreamsOf(sim, host) } } : {}),
    ...(has('app') ? { app: { healthy: runs(host, UNITS.app, sim.nowMs), status: null } } : {}),
    ...(has('app') ? { databaseSight: sightOf(sim, host) } : {}),
    ...(has('database') ? { database: databaseFacts(sim, host) } : {}),
    ...(machine.controllerCandidate ? { terraformRunning: host.terraformRuns > 0 } : {}),
    ...(machine.etcdVoter ? { etcd: etcdFacts(sim, host) } : {}),
  }
}

function upstreamsOf(sim: Sim, host: Host): Readonly<Record<string, 'up' | 'down'>> {
  const states: Record<string, 'up' | 'down'> = {}
  for (const { name, roles } of sim.plan.machines) {
    if (!roles.includes('app')) continue
    const app = hostOf(sim, name)
    states[name] = app !== undefined && sim.network.talk(host.name, name) && runs(app, UNITS.app, sim.nowMs) ? 'up' : 'down'
  }
  return states
}

/** The model keeps no history of it: who is out of reach has been so for a moment. */
function sightOf(sim: Sim, host: Host): Readonly<Record<string, number>> {
  return Object.fromEntries(sim.plan.machines.filter((machine) => machine.roles.includes('database')).map(({ name }) => [name, name === host.name || sim.network.talk(host.name, name) ? 0 : 1]))
}

function databaseFacts(sim: Sim, host: Host): DatabaseFacts | null {
  const node = sim.engine.nodes.get(host.serial)
  if (node === undefined || !runs(host, UNITS.database, sim.nowMs)) return null
  const standbys = [...sim.engine.nodes.values()].filter((other) => other.follows === host)
    .map((other) => ({ name: other.host.name, state: 'streaming', sync: sim.engine.sync.standbys.includes(other.host.name) ? 'sync' : 'async', lagBytes: 0 }))
  const deafMs = host.deafSinceMs === null ? 0 : sim.nowMs - host.deafSinceMs
  if (node.role === 'primary') return { role: 'primary', state: 'running', timeline: 1, replayLagBytes: null, deafMs, standbys }
  const state = node.follows !== null ? 'streaming' : node.doing === 'copying' || !node.hasData ? 'creating replica' : 'starting'
  return { role: 'replica', state, timeline: 1, replayLagBytes: 0, deafMs, stuckMs: node.stuckSinceMs === null ? 0 : sim.nowMs - node.stuckSinceMs, standbys: [] }
}

function etcdFacts(sim: Sim, host: Host): NonNullable<Facts['etcd']> | null {
  const member = sim.etcd.members.find((one) => one.id === host.etcdMember)
  if (member === undefined || !member.started || !runs(host, UNITS.etcd, sim.nowMs)) return null
  return { healthy: isHealthy(sim, member), memberId: member.id, leader: sim.etcd.leader === member.id, learner: member.learner }
}
