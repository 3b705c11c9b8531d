/** Model controllers: which process runs where, and which of them leads by a key with a lease in etcd. */
import type { Action, World } from '../decide/world.ts'
import { canRead } from './etcd.ts'
import { isLiving, runs, UNITS, type Host } from './host.ts'
import { hostOf, type Sim } from './model.ts'
import type { Sighting } from './sight.ts'

/** What a leading controller keeps in memory, and loses with its process or its lead. */
export interface Loop {
  readonly revision: number
  readonly leadsSinceMs: number
  readonly inFlight: Map<string, Action['kind']>
  readonly unwell: Map<string, { readonly revision: string | null; readonly sinceMs: number }>
  readonly sightings: Map<string, Sighting>
  /** Since when a database machine's kernel doesn't answer, by name. */
  readonly quiet: Map<string, number>
  /** The last World and when it was put together; good as long as nothing changes but the time. */
  last: { readonly version: number; readonly world: World } | null
  stopped: boolean
  /** How long until the next look; grows while nothing changes. */
  intervalMs: number
  seenVersion: number
  said: string
  sinceMs: number
  /** Only the newest planned look counts. */
  turn: number
  /** Terraform was killed with the term; a frozen machine's goes on until it thaws. */
  killed: boolean
}

export interface Process {
  readonly host: Host
  alive: boolean
  loop: Loop | null
  campaigns: boolean
}

const LEASE_MS = 6000
const ROUND_MS = 1500
/** How long the others wait for a preferred candidate, and how long the seat is kept for whom the former leader named. */
const HEAD_START_MS = 1500
const SUCCESSION_MS = 10_000

export const isProcessAlive = (sim: Sim, process: Process): boolean => process.alive && hostOf(sim, process.host.name) === process.host

/** How a term begins. */
export type StartLoop = (sim: Sim, process: Process, revision: number) => Loop

/** Starts and ends processes as their machines and units come and go, and works out who leads. */
export function settleProcesses(sim: Sim, startLoop: StartLoop): void {
  for (const host of sim.provider.hosts.values()) {
    if (!host.machine.controllerCandidate) continue
    const process = sim.processes.get(host.name)
    const gone = process !== undefined && (process.host !== host || !host.power || host.ills.has(UNITS.controller))
    if (gone) endProcess(sim, process)
    if (!sim.processes.has(host.name) && runs(host, UNITS.controller, sim.nowMs)) {
      sim.processes.set(host.name, { host, alive: true, loop: null, campaigns: false })
    }
  }
  for (const process of sim.processes.values()) if (hostOf(sim, process.host.name) !== process.host) endProcess(sim, process)
  renew(sim)
  if (sim.store.lead === null && sim.etcd.leader !== null) for (const process of sim.processes.values()) campaign(sim, process, startLoop)
}

/** systemd kills what the controller has started with it: Terraform too. */
function endProcess(sim: Sim, process: Process): void {
  process.alive = false
  process.host.terraformRuns = 0
  if (process.loop !== null) process.loop.stopped = process.loop.killed = true
  process.loop = null
  if (sim.processes.get(process.host.name) === process) sim.processes.delete(process.host.name)
}

const canRenew = (sim: Sim, process: Process): boolean => isProcessAlive(sim, process) && isLiving(process.host) && canRead(sim, process.host.name, false)

/** The holder gives up a second before its lease does. */
function renew(sim: Sim): void {
  const { lead } = sim.store
  if (lead === null) return
  if (canRenew(sim, lead.process) && lead.process.loop?.revision === lead.revision) {
    lead.renewing = true
    return
  }
  if (lead.renewing) {
    lead.renewing = false
    const since = sim.random.between(0, ROUND_MS)
    lead.expiresMs = sim.nowMs + LEASE_MS - since
    const { loop } = lead.process
    // Frozen, it can't stop by itself: its clock tells it so when it thaws.
    sim.at(sim.nowMs + LEASE_MS - 1000 - since, () => {
      if (sim.store.lead === lead && !lead.renewing && loop !== null) stopLoop(lead.process, loop)
      sim.changed()
    })
  }
  if (sim.etcd.leader === null) return
  if (sim.nowMs >= lead.expiresMs) {
    sim.store.lead = null
    if (lead.process.loop?.revision === lead.revision) stopLoop(lead.process, lead.process.loop)
  } else sim.at(lead.expiresMs, sim.changed)
}

function stopLoop(process: Process, loop: Loop): void {
  loop.stopped = true
  if (process.loop === loop) process.loop = null
  const kill = (): void => { loop.killed = true }
  if (process.host.freeze === null) kill()
  // It learns that its term is over a moment after Terraform goes on.
  else process.host.parked.push(kill)
}

function campaign(sim: Sim, process: Process, startLoop: StartLoop): void {
  if (process.campaigns || !canRenew(sim, process)) return
  process.campaigns = true
  const { successor } = sim.store
  const kept = successor !== null && successor.machine !== process.host.name ? Math.max(0, successor.untilMs - sim.nowMs) : 0
  const preferred = process.host.machine.roles.includes('control') || successor?.machine === process.host.name
  sim.after(kept + (preferred ? 0 : HEAD_START_MS) + sim.random.between(50, ROUND_MS / 5), () => {
    process.campaigns = false
    if (sim.store.lead !== null || !canRenew(sim, process)) return
    if (sim.etcd.leader !== null) win(sim, process, startLoop)
    sim.changed()
  })
}

function win(sim: Sim, process: Process, startLoop: StartLoop): void {
  const revision = ++sim.store.revisions
  sim.store.lead = { process, revision, renewing: true, expiresMs: sim.nowMs + LEASE_MS }
  sim.store.successor = null
  sim.ledger.leads++
  sim.tell('lead', `The controller on ${process.host.name} leads (term ${revision}).`)
  process.loop = startLoop(sim, process, revision)
}

/** Ends the term and keeps the seat for the target for a while. */
export function handOver(sim: Sim, process: Process, loop: Loop, target: string): void {
  sim.store.successor = { machine: target, untilMs: sim.nowMs + SUCCESSION_MS }
  if (sim.store.lead?.revision === loop.revision) sim.store.lead = null
  stopLoop(process, loop)
}
