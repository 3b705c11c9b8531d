/** The model provider and Terraform: slow, failing, or killed half-way, which leaves a lock and perhaps no machine. */
import { hostOf, type Sim } from './model.ts'
import { unitsOf, type Host } from './host.ts'
import type { Machine } from '../plan/types.ts'
import type { Process, Loop } from './process.ts'
import { judgeRun, judgeDestroy } from './properties.ts'
import { save } from './store.ts'
import { AttemptFailed, type Work } from './work.ts'

export interface Change {
  readonly machine: Machine
  readonly token: string
  readonly kind: 'create' | 'replace' | 'delete'
}

const YEAR_MS = 365 * 86_400_000

/** One run; others of the same controller wait for their turn. */
export function* terraform(sim: Sim, process: Process, loop: Loop, changes: readonly Change[]): Work {
  const { host } = process
  while (host.terraformRuns > 0) {
    yield 500
    mustLive(loop)
  }
  host.terraformRuns++
  try {
    // Whoever was allowed to come here may drop a lock that a former run left.
    save(sim, process, loop, () => { sim.store.terraformLock = { machine: host.name, term: loop.revision } })
    judgeRun(sim, host, changes.map((change) => change.machine.name))
    yield sim.random.between(2000, 6000)
    mustLive(loop)
    for (const change of changes) yield* apply(sim, host, loop, change)
    yield sim.random.between(200, 1000)
    save(sim, process, loop, () => { sim.store.terraformLock = null })
  } catch (error) {
    // Terraform itself unlocks after a failure, if it is still allowed to.
    if (error instanceof AttemptFailed && sim.store.terraformLock?.term === loop.revision && sim.store.lead?.revision === loop.revision) sim.store.terraformLock = null
    throw error
  } finally {
    host.terraformRuns = Math.max(0, host.terraformRuns - 1)
  }
}

/** Killed with the term of its controller. */
function mustLive(loop: Loop): void {
  if (loop.killed) throw new AttemptFailed('the term is over, and Terraform was killed')
}

function* call(sim: Sim, host: Host, loop: Loop, fromMs: number, toMs: number): Work {
  yield sim.random.between(fromMs, toMs)
  mustLive(loop)
  if (!sim.provider.down && sim.network.reachesProvider(host.name)) return
  // curl repeats for a while by itself.
  yield 10_000
  mustLive(loop)
  if (sim.provider.down || !sim.network.reachesProvider(host.name)) throw new AttemptFailed('the provider does not answer')
}

function* apply(sim: Sim, host: Host, loop: Loop, { machine, token, kind }: Change): Work {
  if (kind !== 'create') {
    yield* call(sim, host, loop, 500, 3000)
    judgeDestroy(sim, machine.name)
    destroy(sim, machine.name)
    sim.changed()
  }
  if (kind === 'delete') return
  yield* call(sim, host, loop, 1000, 5000)
  const there = hostOf(sim, machine.name)
  if (there !== undefined && there.token !== token) throw new AttemptFailed(`the provider has another ${machine.name} already`)
  if (there === undefined) make(sim, machine, token)
  sim.changed()
}

export function destroy(sim: Sim, name: string): void {
  const host = hostOf(sim, name)
  if (host === undefined) return
  host.power = false
  sim.provider.hosts.delete(name)
}

function make(sim: Sim, machine: Machine, token: string): void {
  const host = newHost(sim, machine, token)
  sim.provider.hosts.set(machine.name, host)
  if (sim.provider.stillborn) return
  sim.after(sim.random.between(4000, sim.settings.birthMaxMs) * sim.provider.slowness, () => {
    if (host.power && host.stage === 'booting') host.stage = 'door'
    sim.changed()
  })
}

export function newHost(sim: Sim, machine: Machine, token: string | null): Host {
  return {
    name: machine.name,
    serial: ++sim.provider.made,
    machine,
    token,
    power: true,
    freeze: null,
    stage: 'booting',
    agentUp: true,
    boots: 1,
    bootedMs: sim.nowMs,
    bornMs: sim.nowMs,
    readyMs: Infinity,
    revision: null,
    applying: null,
    units: unitsOf(machine),
    ills: new Map(),
    drift: [],
    clockMs: 0,
    diskUsedPercent: 20,
    stalledSinceMs: null,
    deafSinceMs: null,
    certificateExpiresMs: sim.nowMs + YEAR_MS,
    etcdMember: null,
    terraformRuns: 0,
    said: null,
    parked: [],
  }
}
