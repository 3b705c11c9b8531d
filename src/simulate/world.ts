/** One World as a model controller sees it, put together as src/observe/world.ts does. */
import { problemsOf } from '../decide/health.ts'
import type { MachineView, World } from '../decide/world.ts'
import { PORTS } from '../plan/types.ts'
import { canRead } from './etcd.ts'
import { UNITS, unitsOf } from './host.ts'
import { hostOf, type Sim } from './model.ts'
import type { Loop, Process } from './process.ts'
import { askForPulse, look, probeEngine, probePulse, UNSEEN } from './sight.ts'

const SERVING = { entry: UNITS.entry, app: UNITS.app, database: UNITS.database, etcd: UNITS.etcd, controller: UNITS.controller } as const

export function observe(sim: Sim, process: Process, loop: Loop): World {
  const self = process.host.name
  const nowMs = sim.nowMs + process.host.clockMs
  const { store } = sim
  const base = { nowMs, self, leadsSinceMs: loop.leadsSinceMs, plan: sim.plan, release: null }
  const same = watch(sim, self, nowMs, loop)
  const { last } = loop
  if (same && last?.version === sim.version && last.world.etcd.available) return { ...last.world, nowMs, pauses: store.pauses.filter((pause) => pause.untilMs > nowMs) }
  if (!canRead(sim, self, false)) {
    return { ...base, machines: [], etcd: { available: false, members: [] }, database: { truth: null, configured: null }, requests: [], switchovers: [], pauses: [], hints: [], fences: [], certificate: null, foreignLock: null }
  }
  const world: World = {
    ...base,
    machines: namesOf(sim).map((name) => viewOf(sim, self, nowMs, name, loop)),
    etcd: { available: true, members: sim.etcd.members.map(({ id, machine, learner, started }) => ({ id, name: started ? machine : '', peerUrl: peerUrlOf(sim, machine), learner })) },
    database: { configured: true, truth: { leader: sim.engine.lock?.host.name ?? null, synchronousStandbys: sim.engine.sync.standbys } },
    requests: store.requests,
    switchovers: [],
    pauses: store.pauses.filter((pause) => pause.untilMs > nowMs),
    hints: store.hints,
    fences: store.fences,
    certificate: null,
    foreignLock: store.terraformLock === null || store.terraformLock.term === loop.revision ? null : { machine: store.terraformLock.machine },
  }
  for (const view of world.machines as { -readonly [K in keyof MachineView]: MachineView[K] }[]) view.unwellSinceMs = unwellSince(view, world, loop)
  loop.last = { version: sim.version, world }
  return world
}

function namesOf(sim: Sim): readonly string[] {
  const names = new Set([...sim.plan.machines.map((machine) => machine.name), ...sim.store.records.keys()])
  return names.size === sim.plan.machines.length ? sim.plan.machines.map((machine) => machine.name) : [...names].sort()
}

const peerUrlOf = (sim: Sim, name: string): string =>
  `https://${sim.plan.machines.find((machine) => machine.name === name)?.address ?? '0.0.0.0'}:${PORTS.etcdPeer}`

/** Whoever has a record beyond `creating` and an address is looked at. True when nothing was seen that had not been seen before. */
function watch(sim: Sim, self: string, clockMs: number, loop: Loop): boolean {
  const targets = sim.plan.machines.map((machine) => machine.name).filter((name) => {
    const phase = sim.store.records.get(name)?.phase
    return phase !== undefined && phase !== 'creating'
  })
  for (const name of loop.sightings.keys()) if (!targets.includes(name)) loop.sightings.delete(name)
  const watching = { self, clockMs, sightings: loop.sightings, targets }
  let same = true
  for (const name of targets) {
    const sighting = look(sim, watching, name, sim.store.records.get(name)?.phase === 'bearing')
    if (sighting === loop.sightings.get(name)) continue
    loop.sightings.set(name, sighting)
    same = false
  }
  return same
}

function viewOf(sim: Sim, self: string, clockMs: number, name: string, loop: Loop): MachineView {
  const planned = sim.plan.machines.find((machine) => machine.name === name) ?? null
  const sighting = loop.sightings.get(name) ?? UNSEEN
  const { facts } = sighting
  return {
    name,
    planned,
    record: sim.store.records.get(name) ?? null,
    wantedRevision: sim.wanted.get(name) ?? null,
    wantedUnits: planned === null ? [] : unitsOf(planned),
    servingUnits: SERVING,
    facts,
    lastFacts: sighting.lastFacts,
    silentSinceMs: sighting.silentSinceMs === null ? null : sighting.silentSinceMs + clockMs - sim.nowMs,
    observations: sighting.observations,
    quiet: quietOf(sim, self, clockMs, name, loop),
    engine: planned?.roles.includes('database') === true && sighting.silentSinceMs !== null ? probeEngine(sim, self, name) : null,
    doorOpen: sighting.doorOpen,
    inFlight: loop.inFlight.has(name),
    silences: sighting.silences.map((at) => at + clockMs - sim.nowMs),
    clockSkewMs: sighting.clockSkewMs,
    slowestAnswerMs: 0,
    unwellSinceMs: null,
  }
}

/** As src/observe/pulse.ts: the kernel alone is asked, by the controller and by others. */
function quietOf(sim: Sim, self: string, clockMs: number, name: string, loop: Loop): MachineView['quiet'] {
  const watched = sim.store.records.get(name)?.phase === 'member' && hostOf(sim, name)?.machine.roles.includes('database') === true
  if (!watched || probePulse(sim, self, name) !== 'silent') {
    loop.quiet.delete(name)
    return null
  }
  const sinceMs = loop.quiet.get(name) ?? clockMs
  loop.quiet.set(name, sinceMs)
  return { sinceMs, observations: askForPulse(sim, self, loop.sightings, name) }
}

/** As in src/observe/world.ts: being outdated is no illness, and each revision gets its own time to settle. */
function unwellSince(view: MachineView, world: World, loop: Loop): number | null {
  const revision = view.facts?.revision ?? null
  if (view.facts !== null && problemsOf({ ...view, wantedRevision: null }, world).length === 0) {
    loop.unwell.delete(view.name)
    return null
  }
  const before = loop.unwell.get(view.name)
  const sinceMs = before !== undefined && before.revision === revision ? before.sinceMs : world.nowMs
  loop.unwell.set(view.name, { revision, sinceMs })
  return sinceMs
}
