/** One story: a whole stack, some months, a few bad hours, and what must be true after each of them. */
import { GUARDS, type Guards } from '../decide/guards.ts'
import { NEEDS_HUMAN, type Reason } from '../decide/reason.ts'
import { decide } from '../decide/decide.ts'
import { primaryOf, createEngine } from './engine.ts'
import { createEtcd, settleEtcd, voters, isLive } from './etcd.ts'
import { settleEngine } from './engine.ts'
import { disturb, FAULTS, type Fault } from './faults.ts'
import { answers, runs, UNITS, type Host } from './host.ts'
import { startLoop, wake } from './loop.ts'
import { hostOf, hostsOf, type Entry, type Sim, type Violation } from './model.ts'
import { createNetwork } from './network.ts'
import { PEOPLE } from './people.ts'
import { settleProcesses } from './process.ts'
import { noteUnseen } from './properties.ts'
import { newHost } from './provider.ts'
import { createQueue, type Queue } from './queue.ts'
import { randomOf, type Random } from '../lib/random.ts'
import { drawSettings, planOf, type Layout } from './settings.ts'
import { observe } from './world.ts'

export interface Outcome {
  readonly seed: number
  readonly layout: Layout
  readonly simulatedMs: number
  readonly violation: Violation | null
  /** Bad hours by how they ended: healed, or held for this reason, or lost to the faults themselves. */
  readonly endings: readonly string[]
  readonly faults: number
  readonly ticks: number
  readonly actions: number
  readonly transcript: readonly Entry[]
}

export interface Options {
  readonly layout?: Layout
  readonly guards?: Guards
  /** Keep a transcript for people; it costs time. */
  readonly verbose?: boolean
  /** Only these faults, by name. */
  readonly only?: readonly string[]
}

const START_MS = Date.UTC(2026, 0, 5)
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** Within so long after the last fault the stack must be whole, or say what it waits for. */
const CONVERGED_MS = 40 * MINUTE_MS
/** A budget that is spent is good again after an hour. */
const PATIENCE_MS = 150 * MINUTE_MS
const EPISODES = [1, 3] as const
const GAP_DAYS = [10, 60] as const
/** Disruptive actions that one bad hour may need after its end. */
const DISRUPTIONS_MAX = 30

class Ended extends Error {}

export function runStory(seed: number, options: Options = {}): Outcome {
  const random = randomOf(seed)
  const transcript: Entry[] = []
  const [sim, queue] = foundStack(random, options, transcript)
  const endings: string[] = []
  let [violation, faults]: [Violation | null, number] = [null, 0]
  try {
    advance(sim, queue, sim.nowMs + 2 * MINUTE_MS)
    for (let left = random.between(...EPISODES); left > 0; left--) {
      advance(sim, queue, sim.nowMs + random.between(...GAP_DAYS) * DAY_MS + random.between(0, DAY_MS))
      faults += badHour(sim, queue, options)
      endings.push(converge(sim, queue))
      if (endings.at(-1) !== 'healed') break
    }
  } catch (error) {
    if (!(error instanceof Ended)) throw error
    violation = sim.ledger.violation
  }
  return { seed, layout: sim.settings.layout, simulatedMs: sim.nowMs - START_MS, violation, endings, faults, ticks: sim.ledger.ticks, actions: sim.ledger.actions, transcript }
}

/** A healthy stack, all members, its first controller about to be elected. */
function foundStack(random: Random, options: Options, transcript: Entry[]): readonly [Sim, Queue] {
  const settings = drawSettings(random, options.layout)
  const queue = createQueue()
  const sim: Sim = {
    random,
    settings,
    verbose: options.verbose === true,
    guards: options.guards ?? GUARDS,
    nowMs: START_MS,
    plan: planOf(settings.layout, settings.healing),
    wanted: new Map(),
    badRevisions: new Set(),
    network: createNetwork(),
    provider: { hosts: new Map(), made: 0, down: false, stillborn: false, slowness: 1, rotten: new Set() },
    etcd: createEtcd(),
    engine: createEngine(),
    fenced: new Map(),
    store: { records: new Map(), requests: [], pauses: [], hints: [], fences: [], lead: null, successor: null, terraformLock: null, revisions: 1 },
    processes: new Map(),
    deaf: false,
    version: 0,
    at: (atMs, run) => queue.push(Math.max(atMs, sim.nowMs), run),
    after: (delayMs, run) => queue.push(sim.nowMs + delayMs, run),
    changed: () => { sim.version++ },
    tell: (kind, text) => { if (options.verbose === true) transcript.push({ atMs: sim.nowMs, kind, text }) },
    violate: (property, detail) => {
      sim.ledger.violation = { atMs: sim.nowMs, property, detail }
      sim.tell('violation', `${property}: ${detail}`)
      throw new Ended()
    },
    ledger: { replacements: new Map(), unseen: new Map(), disturbedMs: START_MS, touched: new Set(), disruptions: [], leads: 0, ticks: 0, actions: 0, violation: null },
  }
  for (const machine of sim.plan.machines) found(sim, machine.name)
  return [sim, queue]
}

function found(sim: Sim, name: string): void {
  const machine = sim.plan.machines.find((one) => one.name === name)
  if (machine === undefined) return
  const host: Host = newHost(sim, machine, null)
  Object.assign(host, { stage: 'living', revision: 'r1', readyMs: sim.nowMs, bornMs: sim.nowMs, certificateExpiresMs: sim.nowMs + sim.random.between(60, 365) * DAY_MS })
  sim.provider.hosts.set(name, host)
  sim.wanted.set(name, 'r1')
  sim.store.records.set(name, { machine: name, phase: 'member', sinceMs: sim.nowMs, join: null, replacing: false, size: machine.size, replacedAtMs: [], attempts: [], memberSinceMs: sim.nowMs })
  if (machine.etcdVoter) {
    const id = `m${sim.etcd.ids++}`
    sim.etcd.members.push({ id, machine: name, learner: false, started: true, readyMs: 0 })
    host.etcdMember = id
  }
  if (!machine.roles.includes('database')) return
  const first = sim.engine.lock === null
  sim.engine.nodes.set(host.serial, { host, hasData: true, role: first ? 'primary' : 'replica', doing: null, dueMs: 0, follows: null, listedAtMs: null, droppedAtMs: null, stuckSinceMs: null })
  if (!first) return
  sim.engine.lock = { host, renewing: true, expiresMs: sim.nowMs + 20_000, lostMs: 0 }
  sim.engine.sync = { leader: name, standbys: [] }
  sim.engine.copies.add(host.serial)
}

/** Runs all that happens until then. */
function advance(sim: Sim, queue: Queue, untilMs: number): void {
  let over = false
  queue.push(untilMs, () => { over = true })
  let settled = -1
  while (!over) {
    if (settled !== sim.version) {
      settled = sim.version
      settleEtcd(sim)
      settleEngine(sim)
      settleProcesses(sim, startLoop)
      noteUnseen(sim)
      for (const process of sim.processes.values()) wake(sim, process)
    }
    const next = queue.pop()
    if (next === undefined) return
    sim.nowMs = next.atMs
    next.run()
  }
}

function badHour(sim: Sim, queue: Queue, { only }: Options): number {
  const { random, ledger } = sim
  ledger.touched.clear()
  const choices = [...FAULTS, ...PEOPLE].filter((fault) => only === undefined || only.includes(fault.name)).flatMap((fault): readonly Fault[] => Array.from({ length: fault.weight }, () => fault))
  const count = random.pick([1, 1, 2, 2, 3, 4])
  const ends: { atMs: number; end: () => void; name: string }[] = []
  for (let index = 0; index < count; index++) {
    const fault = random.pick(choices)
    const begun = fault.begin(sim)
    if (begun !== null) {
      sim.tell('fault', begun.text)
      disturb(sim, begun.touched)
      if (begun.end !== null) ends.push({ atMs: sim.nowMs + drawDuration(random), end: begun.end, name: fault.name })
    }
    advance(sim, queue, sim.nowMs + random.pick([random.between(0, 3000), random.between(0, 40_000), random.between(0, 120_000)]))
  }
  for (const { atMs, end, name } of ends.sort((left, right) => left.atMs - right.atMs)) {
    if (atMs > sim.nowMs) advance(sim, queue, atMs)
    end()
    sim.tell('end', `Over: ${name}.`)
    disturb(sim, [])
  }
  ledger.disruptions = []
  ledger.leads = 0
  return count
}

const drawDuration = (random: Random): number => random.pick([random.between(500, 15_000), random.between(5_000, 90_000), random.between(60_000, 900_000)])

/** How the bad hour ended. What is neither whole nor waits for a human with a reason is a violation. */
function converge(sim: Sim, queue: Queue): string {
  const sinceMs = sim.nowMs
  let untilMs = sinceMs + CONVERGED_MS
  for (;;) {
    advance(sim, queue, sim.nowMs + 2 * MINUTE_MS)
    const codes = codesNow(sim)
    const waitedMs = sim.nowMs - sinceMs
    if (codes?.every((code) => CALM.includes(code)) === true && isWhole(sim)) break
    const lost = lossOf(sim)
    if (waitedMs > CONVERGED_MS && lost !== null) return `lost: ${lost}`
    const human = codes?.find((code) => !CALM.includes(code) && (NEEDS_HUMAN.includes(code) || HELD.includes(code)))
    if (human === 'budget-spent' && waitedMs < PATIENCE_MS) untilMs = sim.nowMs + CONVERGED_MS
    if (waitedMs > CONVERGED_MS && human !== undefined && human !== 'budget-spent') return `held: ${human}`
    if (waitedMs > CONVERGED_MS && sim.plan.healing.mode === 'observe' && codes?.includes('mode-observe') === true) return 'held: mode-observe'
    if (sim.nowMs > untilMs) sim.violate('converges', `${Math.round(waitedMs / MINUTE_MS)} minutes after the last fault: ${codes?.join(', ') ?? 'nobody leads'}`)
  }
  judgeThrash(sim)
  return 'healed'
}

/** A running primary or a voter whose agent is gone for good, the last machine that may still serve: they stay until a human has looked. So do machines that nobody is left to ask about. */
const HELD: readonly Reason['code'][] = ['database-leader-unknown', 'last-good-copy', 'last-of-role', 'would-lose-etcd-quorum', 'no-second-observer']

/** What may be said of a stack that is whole. */
const CALM: readonly Reason['code'][] = ['all-healthy', 'drift-reported', 'size-pending', 'flapping', 'clock-skew', 'disk-filling']

function codesNow(sim: Sim): readonly Reason['code'][] | null {
  const process = sim.store.lead?.process
  if (process?.loop === null || process?.loop === undefined) return null
  return decide(observe(sim, process, process.loop), sim.guards).map((decision) => decision.reason.code)
}

function judgeThrash(sim: Sim): void {
  const { disruptions, leads } = sim.ledger
  if (disruptions.length > DISRUPTIONS_MAX) sim.violate('no-oscillation', `${disruptions.length} disruptive actions after the last fault: ${disruptions.slice(-8).join(', ')}`)
  if (leads > 8) sim.violate('no-oscillation', `the lead changed ${leads} times after the last fault`)
}

/** By the truth, not by what a controller believes. */
const isWhole = (sim: Sim): boolean =>
  sim.plan.machines.every(({ name }) => {
    const host = hostOf(sim, name)
    return host !== undefined && answers(host) && sim.store.records.get(name)?.phase === 'member'
  }) && primaryOf(sim) !== null && voters(sim.etcd).every((member) => isLive(sim, member))

/** What the faults themselves have taken, beyond what any controller may give back. */
function lossOf(sim: Sim): string | null {
  if (sim.etcd.leader === null) return 'etcd quorum'
  if (!hostsOf(sim).some((host) => host.machine.controllerCandidate && runs(host, UNITS.controller, sim.nowMs))) return 'every controller'
  const { copies, lock } = sim.engine
  if (lock === null && !hostsOf(sim).some((host) => copies.has(host.serial) && answers(host))) return 'every good copy'
  if (lock === null) return 'a primary'
  // Two faults at once: the last copy lies on a disk that takes no writes, and the others' machines are gone.
  if (lock.host.stalledSinceMs !== null && !hostsOf(sim).some((host) => host !== lock.host && copies.has(host.serial))) return 'every good copy but one, on a disk that hangs'
  return null
}

