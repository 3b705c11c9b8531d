/** How a model machine comes to life, boots and takes a new manifest. */
import { UNITS, type Host } from './host.ts'
import { hostOf, type Sim } from './model.ts'

/** Its manifest is applied, and its programs come up. */
export function beginLife(sim: Sim, host: Host, revision: string): void {
  host.stage = 'living'
  host.bornMs = sim.nowMs
  apply(sim, host, revision)
}

function apply(sim: Sim, host: Host, revision: string): void {
  const { boots } = host
  host.applying = { revision, error: null }
  sim.after(sim.random.between(2000, 9000), () => {
    // A machine that went down meanwhile begins again when it is up.
    if (!host.power || host.boots !== boots) return
    if (host.freeze !== null) {
      host.parked.push(() => apply(sim, host, revision))
      return
    }
    host.applying = null
    host.readyMs = sim.nowMs + sim.random.between(500, 2000)
    recover(sim, host, revision)
    startEtcd(sim, host)
    sim.at(host.readyMs, sim.changed)
    sim.changed()
  })
}

function startEtcd(sim: Sim, host: Host): void {
  const member = sim.etcd.members.find((one) => one.id === host.etcdMember)
  if (member === undefined || member.started) return
  member.readyMs = host.readyMs + sim.random.between(500, 6000)
  sim.at(host.readyMs, () => {
    member.started = true
    sim.changed()
  })
  sim.at(member.readyMs, sim.changed)
}

/** The manifest took hold: a good one cures what a bad one broke. */
export function recover(sim: Sim, host: Host, revision: string): void {
  host.revision = revision
  for (const [unit, ill] of host.ills) if (ill.cure === 'world' && ill.state === 'failed' && unit === UNITS.app) host.ills.delete(unit)
  if (sim.badRevisions.has(revision) && host.machine.roles.includes('app')) host.ills.set(UNITS.app, { state: 'failed', cure: 'world' })
  sim.changed()
}

/** The agent applies it by itself, whatever becomes of the one who sent it. */
export function takeManifest(sim: Sim, host: Host, revision: string): void {
  const { boots } = host
  host.applying = { revision, error: null }
  const finish = (): void => {
    if (!host.power || host.boots !== boots) return
    if (host.freeze !== null) {
      host.parked.push(finish)
      return
    }
    host.applying = null
    recover(sim, host, revision)
  }
  sim.after(sim.random.between(2000, 8000), finish)
}

/** Off, and on again by itself: what a reboot cures is cured. */
export function reboot(sim: Sim, host: Host): void {
  host.power = false
  sim.ledger.disturbedMs = sim.nowMs
  sim.changed()
  sim.after(sim.random.between(5000, 20_000), () => powerOn(sim, host))
}

export function powerOn(sim: Sim, host: Host): void {
  if (hostOf(sim, host.name) !== host || host.power) return
  host.power = true
  host.freeze = null
  host.boots++
  host.deafSinceMs = null
  host.bootedMs = sim.nowMs
  sim.ledger.disturbedMs = sim.nowMs
  if (host.stage === 'living' && host.revision !== null) {
    host.readyMs = sim.nowMs + sim.random.between(2000, 8000)
    sim.at(host.readyMs, sim.changed)
  }
  if (host.stage === 'living' && host.revision === null) apply(sim, host, host.applying?.revision ?? '')
  else host.applying = null
  for (const [unit, ill] of host.ills) if (ill.cure === 'restart' || ill.cure === 'reboot') host.ills.delete(unit)
  sim.changed()
}

export function thaw(sim: Sim, host: Host): void {
  host.freeze = null
  const parked = host.parked.splice(0)
  for (const resume of parked) resume()
  sim.changed()
}
