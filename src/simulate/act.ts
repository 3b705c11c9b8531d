/** One attempt of one action against the model, in the steps and with the records of src/act. */
import type { Action, Attempt, MachineRecord } from '../decide/world.ts'
import { bear } from './bear.ts'
import { copyAnew, crash, switchOver, type Node } from './engine.ts'
import { hostOfMember, isHealthy, moveLeader, removeMember } from './etcd.ts'
import { failOver, fence, liftFence } from './fence.ts'
import { answers, isRunning } from './host.ts'
import { hostOf, type Sim } from './model.ts'
import { agentOf, type Hands } from './hands.ts'
import { handOver } from './process.ts'
import { reboot as bootAgain, takeManifest } from './life.ts'
import { terraform, type Change } from './provider.ts'
import { save, saveRecord } from './store.ts'
import { AttemptFailed, type Work } from './work.ts'

const NEXT_POLL_MS = 1600

export function perform(sim: Sim, hands: Hands, action: Action): Work {
  switch (action.kind) {
    case 'create': return create(sim, hands, action.machines)
    case 'replace': return replace(sim, hands, action.machine)
    case 'bear': return bear(sim, hands, action.machine)
    case 'promote': return promote(sim, action.memberId)
    case 'settle': return settle(sim, hands, action.machine)
    case 'push': return push(sim, hands, action.machine)
    case 'restart-unit': return restartUnit(sim, hands, action.machine, action.unit)
    case 'reboot': return reboot(sim, hands, action.machine)
    case 'fail-over': return failOver(sim, hands, action.machine, action.fence, action.required)
    case 'fence': return fence(sim, hands, action.fence)
    case 'lift-fence': return liftFence(sim, hands, action.fence)
    case 'power-off': return powerOff(sim, action.machine)
    case 'kill-engine': return killEngine(sim, hands, action.machine)
    case 'reinitialise': return reinitialise(sim, hands, action.machine)
    case 'free-disk': return freeDisk(sim, hands, action.machine)
    case 'repair': return repair(sim, hands, action.machine)
    case 'switch-over': return switchPrimary(sim, hands, action.machine, action.target)
    case 'hand-over': return hand(sim, hands, action.target)
    case 'settle-hint': return settleHint(sim, hands, action.hint)
    case 'remove': return remove(sim, hands, action.machine)
    case 'configure-database': case 'restart-database': case 'stand-down': case 'migrate': case 'roll-back': case 'prove-release': case 'change-over': case 'order-certificate': case 'install-certificate': return idle()
    case 'move-etcd-leader': return moveEtcdLeader(sim, action.machine, action.targetId)
  }
}

function* idle(): Work {
  yield 500
}

function recordOf({ records }: Hands, machine: string): MachineRecord {
  const record = records.get(machine)
  if (record === undefined) throw new AttemptFailed(`${machine} has no record`)
  return record
}

const clockOf = (sim: Sim, { process }: Hands): number => sim.nowMs + process.host.clockMs

function newborn(sim: Sim, hands: Hands, machine: string, replacing: boolean, replacedAtMs: readonly number[]): MachineRecord {
  const nowMs = clockOf(sim, hands)
  const join = { machine, token: `t${sim.store.revisions++}`, expiresMs: nowMs + sim.plan.healing.startupMs, usedBy: null }
  const size = sim.plan.machines.find((one) => one.name === machine)?.size ?? null
  return { machine, phase: 'creating', sinceMs: nowMs, join, replacing, size, replacedAtMs, attempts: [], memberSinceMs: null }
}

function* create(sim: Sim, hands: Hands, machines: readonly string[]): Work {
  const records = machines.map((machine) => {
    const before = hands.records.get(machine)
    if (before?.phase === 'creating' && before.join !== null) return before
    const record = newborn(sim, hands, machine, false, before?.replacedAtMs ?? [])
    saveRecord(sim, hands.process, hands.loop, record)
    return record
  })
  yield sim.random.between(10, 200)
  const left: MachineRecord[] = []
  for (const record of records) {
    const inherited = record.sinceMs < hands.loop.leadsSinceMs
    if (hands.records.get(record.machine) === record && (yield* isMadeAlready(sim, hands, record, inherited ? DOOR_MS : 0))) saveRecord(sim, hands.process, hands.loop, { ...record, phase: 'bearing', replacing: false })
    else left.push(record)
  }
  if (left.length > 0) yield* askProvider(sim, hands, left)
}

const DOOR_MS = 8000

/** As src/act/already-made.ts: its door proves that it was made for this record. */
function* isMadeAlready(sim: Sim, { process }: Hands, { machine, join }: MachineRecord, waitMs: number): Work<boolean> {
  for (let waitedMs = 0; waitedMs <= waitMs; waitedMs += 1000) {
    const host = hostOf(sim, machine)
    if (host !== undefined && isRunning(host) && host.stage === 'door' && host.token === join?.token && sim.network.talk(process.host.name, machine)) return true
    yield 1000
  }
  return false
}

function* replace(sim: Sim, hands: Hands, machine: string): Work {
  const before = hands.records.get(machine)
  const record = newborn(sim, hands, machine, true, [...(before?.replacedAtMs ?? []), clockOf(sim, hands)].slice(-20))
  yield sim.random.between(5, 50)
  saveRecord(sim, hands.process, hands.loop, record)
  yield sim.random.between(5, 50)
  save(sim, hands.process, hands.loop, () => { sim.store.requests = sim.store.requests.filter((request) => request.machine !== machine) })
  yield* askProvider(sim, hands, [record])
}

function* askProvider(sim: Sim, hands: Hands, records: readonly MachineRecord[]): Work {
  const changes = records.map((record): Change => {
    const machine = sim.plan.machines.find((one) => one.name === record.machine)
    if (machine === undefined) throw new AttemptFailed(`the plan has no ${record.machine}`)
    return { machine, token: record.join?.token ?? '', kind: record.replacing ? 'replace' : 'create' }
  })
  for (const change of changes) {
    if (change.kind !== 'replace' || !change.machine.etcdVoter) continue
    save(sim, hands.process, hands.loop, () => removeMember(sim, change.machine.name))
    yield sim.random.between(50, 300)
  }
  yield* terraform(sim, hands.process, hands.loop, changes)
  for (const record of records) saveRecord(sim, hands.process, hands.loop, { ...record, phase: 'bearing', replacing: false })
}

/** etcd refuses while the learner lags behind; that is no failure. */
function* promote(sim: Sim, memberId: string): Work {
  yield sim.random.between(20, 300)
  const member = sim.etcd.members.find((one) => one.id === memberId)
  if (member === undefined || sim.etcd.leader === null || sim.nowMs < member.readyMs || hostOfMember(sim, member) === undefined) return
  member.learner = false
  sim.changed()
}

function* settle(sim: Sim, hands: Hands, machine: string): Work {
  const record = recordOf(hands, machine)
  yield sim.random.between(5, 100)
  saveRecord(sim, hands.process, hands.loop, { ...record, phase: 'member', join: null, memberSinceMs: clockOf(sim, hands) })
  const host = hostOf(sim, machine)
  if (host === undefined || !sim.provider.rotten.has(machine)) return
  sim.after(sim.random.between(20_000, 240_000), () => {
    if (hostOf(sim, machine) !== host || !sim.provider.rotten.has(machine)) return
    host.power = false
    sim.ledger.disturbedMs = sim.nowMs
    sim.tell('fault', `${machine} dies again: its host is rotten.`)
    sim.changed()
  })
}

function* push(sim: Sim, hands: Hands, machine: string): Work {
  const host = agentOf(sim, hands, machine)
  const revision = sim.wanted.get(machine) ?? ''
  takeManifest(sim, host, revision)
  for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 1000) {
    yield 1000
    if (hostOf(sim, machine) !== host || host.revision !== revision || !answers(host)) continue
    yield NEXT_POLL_MS
    return
  }
  throw new AttemptFailed(`${machine} did not apply its manifest`)
}

function noteAttempt(sim: Sim, hands: Hands, machine: string, step: Attempt['step'], unit: string | null): void {
  const record = recordOf(hands, machine)
  saveRecord(sim, hands.process, hands.loop, { ...record, attempts: [...record.attempts, { step, unit, atMs: clockOf(sim, hands) }].slice(-20) })
}

function* restartUnit(sim: Sim, hands: Hands, machine: string, unit: string): Work {
  noteAttempt(sim, hands, machine, 'restart', unit)
  yield sim.random.between(20, 100)
  const host = agentOf(sim, hands, machine)
  yield sim.random.between(200, 3000)
  if (host.ills.get(unit)?.cure === 'restart') host.ills.delete(unit)
  yield NEXT_POLL_MS
}

function* reboot(sim: Sim, hands: Hands, machine: string): Work {
  noteAttempt(sim, hands, machine, 'reboot', null)
  yield sim.random.between(20, 100)
  const host = agentOf(sim, hands, machine)
  const { boots } = host
  bootAgain(sim, host)
  for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 500) {
    yield 500
    if (hostOf(sim, machine) !== host || host.boots === boots || !answers(host)) continue
    // The watcher's next look.
    yield NEXT_POLL_MS
    return
  }
  throw new AttemptFailed(`${machine} did not come back`)
}

function* powerOff(sim: Sim, machine: string): Work {
  yield sim.random.between(200, 3000)
  if (sim.provider.down) throw new AttemptFailed('the provider does not answer')
  const host = hostOf(sim, machine)
  if (host !== undefined) host.power = false
  sim.changed()
  yield NEXT_POLL_MS
}

function* freeDisk(sim: Sim, hands: Hands, machine: string): Work {
  noteAttempt(sim, hands, machine, 'clean-up', null)
  agentOf(sim, hands, machine)
  yield sim.random.between(200, 3000)
  yield NEXT_POLL_MS
}

function* repair(sim: Sim, hands: Hands, machine: string): Work {
  noteAttempt(sim, hands, machine, 'repair', null)
  yield sim.random.between(20, 100)
  const host = agentOf(sim, hands, machine)
  yield sim.random.between(1000, 5000)
  host.drift = host.drift.filter((item) => item.kind !== 'managed-file' && item.kind !== 'unit')
  yield NEXT_POLL_MS
}

function nodeOn(sim: Sim, machine: string): Node {
  const node = [...sim.engine.nodes.values()].find((one) => one.host === hostOf(sim, machine))
  if (node === undefined) throw new AttemptFailed(`${machine} has no database`)
  return node
}

function* killEngine(sim: Sim, hands: Hands, machine: string): Work {
  noteAttempt(sim, hands, machine, 'kill', null)
  yield sim.random.between(20, 100)
  const host = agentOf(sim, hands, machine)
  host.deafSinceMs = null
  crash(sim, nodeOn(sim, machine))
  yield NEXT_POLL_MS
}

function* reinitialise(sim: Sim, hands: Hands, machine: string): Work {
  noteAttempt(sim, hands, machine, 'reinitialise', null)
  yield sim.random.between(20, 100)
  agentOf(sim, hands, machine)
  if (!copyAnew(sim, nodeOn(sim, machine))) throw new AttemptFailed('Patroni refuses to copy anew')
  yield NEXT_POLL_MS
}

function* switchPrimary(sim: Sim, hands: Hands, machine: string, target: string): Work {
  agentOf(sim, hands, machine)
  yield sim.random.between(500, 2000)
  if (!switchOver(sim, machine, target)) throw new AttemptFailed('Patroni refuses the switchover')
  yield sim.random.between(1000, 3000)
  yield NEXT_POLL_MS
}

function* hand(sim: Sim, { process, loop }: Hands, target: string): Work {
  yield sim.random.between(20, 200)
  save(sim, process, loop, () => handOver(sim, process, loop, target))
}

function* settleHint(sim: Sim, { process, loop }: Hands, id: string): Work {
  yield sim.random.between(5, 50)
  save(sim, process, loop, () => { sim.store.hints = sim.store.hints.filter((hint) => hint.id !== id) })
}

function* remove(sim: Sim, hands: Hands, machine: string): Work {
  const { process, loop } = hands
  const record = recordOf(hands, machine)
  saveRecord(sim, process, loop, { ...record, phase: 'leaving' })
  yield sim.random.between(50, 300)
  save(sim, process, loop, () => removeMember(sim, machine))
  const host = hostOf(sim, machine)
  if (host !== undefined) yield* terraform(sim, process, loop, [{ machine: host.machine, token: '', kind: 'delete' }])
  save(sim, process, loop, () => sim.store.records.delete(machine))
}

function* moveEtcdLeader(sim: Sim, machine: string, targetId: string): Work {
  yield sim.random.between(50, 500)
  const target = sim.etcd.members.find((member) => member.id === targetId)
  if (target === undefined || !isHealthy(sim, target) || !moveLeader(sim, machine, targetId)) throw new AttemptFailed('etcd does not move its lead')
  yield NEXT_POLL_MS
}
