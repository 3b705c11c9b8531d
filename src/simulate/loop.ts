/** The model controller's rounds: observe, decide, act, as src/controller/loop.ts; looks get rarer while nothing changes. */
import type { Decision } from '../decide/decision.ts'
import { decide } from '../decide/decide.ts'
import type { Action, World } from '../decide/world.ts'
import { explain } from '../report/explain.ts'
import { perform } from './act.ts'
import type { Sim } from './model.ts'
import { judgeAction, judgeRound } from './properties.ts'
import { isProcessAlive, type Loop, type Process } from './process.ts'
import { start } from './work.ts'
import { observe } from './world.ts'

const TICK_MS = 250
const RETRY_MS = 2000
const HOLD_STEP_MAX_MS = 4_000
/** After ten minutes of the same nothing is urgent any more. */
const STALE_MS = 600_000
const STALE_STEP_MAX_MS = 60_000
const CALM_STEP_MAX_MS = 6 * 3_600_000

/** As in src/controller/loop.ts. */
const BESIDE: readonly Action['kind'][] = ['fail-over', 'fence', 'lift-fence']

export const machinesOf = (action: Action): readonly string[] => (action.kind === 'create' ? action.machines : [action.machine])

export function startLoop(sim: Sim, process: Process, revision: number): Loop {
  const loop: Loop = {
    revision,
    leadsSinceMs: sim.nowMs + process.host.clockMs,
    inFlight: new Map(),
    unwell: new Map(),
    sightings: new Map(),
    quiet: new Map(),
    last: null,
    stopped: false,
    intervalMs: TICK_MS,
    seenVersion: -1,
    said: '',
    sinceMs: sim.nowMs,
    turn: 0,
    killed: false,
  }
  plan(sim, process, loop, sim.random.between(100, 400))
  return loop
}

function plan(sim: Sim, process: Process, loop: Loop, delayMs: number): void {
  const turn = ++loop.turn
  sim.after(delayMs, () => {
    if (turn === loop.turn) round(sim, process, loop)
  })
}

const SEEN_AGE_MAX_MS = 1500

/** Something changed: the next look comes soon, and what was seen last may be a second old. */
export function wake(sim: Sim, process: Process): void {
  const { loop } = process
  if (loop === null || loop.stopped || loop.seenVersion === sim.version) return
  loop.seenVersion = sim.version
  if (loop.intervalMs <= TICK_MS) return
  loop.intervalMs = TICK_MS
  for (const sighting of loop.sightings.values()) {
    const nextMs = sim.nowMs + sim.random.between(0, SEEN_AGE_MAX_MS)
    // Only when it has slept through polls: changes that follow each other don't put off who is due.
    if (sighting.nextMs < sim.nowMs - SEEN_AGE_MAX_MS) sighting.nextMs = nextMs
  }
  plan(sim, process, loop, sim.random.between(0, TICK_MS))
}

function round(sim: Sim, process: Process, loop: Loop): void {
  if (loop.stopped || !isProcessAlive(sim, process)) return
  if (process.host.freeze !== null) {
    process.host.parked.push(() => round(sim, process, loop))
    return
  }
  sim.ledger.ticks++
  const version = sim.version
  const world = observe(sim, process, loop)
  const decisions = decide(world, sim.guards)
  judgeRound(sim, world, decisions)
  const said = decisions.map((decision) => decision.reason.code + ('machine' in decision.reason ? decision.reason.machine : '')).join()
  if (said !== loop.said && sim.verbose) sim.tell('decision', sentences(decisions))
  if (world.etcd.available) for (const decision of decisions) begin(sim, process, loop, world, decision)
  const calm = decisions[0]?.reason.code === 'all-healthy' && sim.version === version && !said.includes('flapping')
  loop.sinceMs = said === loop.said ? loop.sinceMs : sim.nowMs
  loop.intervalMs = said === loop.said && sim.version === loop.seenVersion && sim.version === version ? Math.min(loop.intervalMs * 2, stepMax(sim, loop, world, calm)) : TICK_MS
  loop.said = said
  loop.seenVersion = sim.version
  plan(sim, process, loop, loop.intervalMs)
}

const sentences = (decisions: readonly Decision[]): string => [...new Set(decisions.map((decision) => explain(decision.reason)))].join(' ')

function stepMax(sim: Sim, loop: Loop, world: World, calm: boolean): number {
  if (loop.inFlight.size > 0) return 1000
  if (calm) return Math.min(CALM_STEP_MAX_MS, untilDue(world))
  return sim.nowMs - loop.sinceMs > STALE_MS ? STALE_STEP_MAX_MS : HOLD_STEP_MAX_MS
}

/** A calm stack is looked at again when something becomes due by age. */
function untilDue(world: World): number {
  const { maxAgeMs = null, window = null } = world.plan?.healing ?? {}
  const dues = world.machines.map((view) => Math.min(
    maxAgeMs === null ? Infinity : (view.record?.memberSinceMs ?? 0) + maxAgeMs,
    (view.facts?.certificateExpiresMs ?? Infinity) - 30 * 86_400_000,
  ) - world.nowMs)
  // What is due waits for the window, or for something else to change.
  if (window !== null && dues.some((due) => due <= 0)) return 1_800_000
  return Math.max(TICK_MS, ...dues.filter((due) => due > 0).sort((left, right) => left - right).slice(0, 1), dues.some((due) => due > 0) ? 0 : CALM_STEP_MAX_MS)
}

function begin(sim: Sim, process: Process, loop: Loop, world: World, decision: Decision): void {
  if (decision.kind !== 'act') return
  for (const action of decision.actions) {
    const machines = machinesOf(action)
    const places = BESIDE.includes(action.kind) ? machines.map((machine) => `${action.kind} ${machine}`) : machines
    if (places.some((place) => loop.inFlight.has(place))) continue
    judgeAction(sim, world, decision, action)
    places.forEach((place) => loop.inFlight.set(place, action.kind))
    sim.ledger.actions++
    if (sim.verbose) sim.tell('action', `${process.host.name}: ${action.kind} ${machines.join(', ')}${'target' in action ? ` → ${action.target}` : ''}.`)
    const records = new Map(sim.store.records)
    const end = (): void => places.forEach((place) => loop.inFlight.delete(place))
    start(sim, process.host, () => isProcessAlive(sim, process), perform(sim, { process, loop, records, decision }, action), (error) => {
      if (error === null) return end()
      sim.tell('outcome', `${action.kind} ${machines.join(', ')} failed: ${error.message}.`)
      sim.after(RETRY_MS, () => {
        end()
        sim.changed()
      })
    })
  }
}
