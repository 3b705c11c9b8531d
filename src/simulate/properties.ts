/**
 * What must hold at every step, judged by the truth of the model and not by what a controller believes. What changed within
 * the last seconds is forgiven: nobody can have seen it yet.
 */
import type { Decision } from '../decide/decision.ts'
import type { Reason } from '../decide/reason.ts'
import type { Action, MachineRecord, World } from '../decide/world.ts'
import { isLive, voters } from './etcd.ts'
import { primaryOf } from './engine.ts'
import { answers, hasKernel, isRunning, runs, UNITS, type Host } from './host.ts'
import { hostOf, hostsOf, type Sim } from './model.ts'
import { OBSERVERS_MAX, probe } from './sight.ts'

/** Facts are a second old, polls half a second apart, and a round takes a while. */
const SEEN_LATE_MS = 5_000
const HOUR_MS = 3_600_000
const STORM_MIN = 3

/** What nobody but the loop itself wants. */
const OWN_ACCORD: readonly Reason['code'][] = ['machine-silent', 'machine-hung', 'restart-due', 'reboot-due', 'ladder-climbed', 'drifted', 'hint-trusted', 'disk-stalled', 'engine-deaf', 'replica-stuck', 'too-old', 'certificate-expiring']
const CHANGES: readonly Action['kind'][] = ['replace', 'reboot', 'power-off', 'restart-unit', 'repair', 'kill-engine', 'reinitialise', 'switch-over', 'push', 'remove', 'configure-database', 'move-etcd-leader']

const isSettled = (sim: Sim): boolean => sim.nowMs - sim.ledger.disturbedMs > SEEN_LATE_MS

export function judgeRound(sim: Sim, _world: World, decisions: readonly Decision[]): void {
  const taken = new Set(decisions.flatMap((decision) => (decision.kind === 'act' ? decision.actions : [])).flatMap((action) => (action.kind === 'replace' || action.kind === 'reboot' ? [action.machine] : [])))
  const born = [...taken].filter((name) => !isUnborn(sim, name))
  if (born.length > 1) sim.violate('one-at-a-time', `${born.join(' and ')} are taken away in one round`)
}

export function judgeAction(sim: Sim, world: World, decision: Decision, action: Action): void {
  if (action.kind === 'create') {
    for (const machine of action.machines) if (sim.store.records.get(machine)?.replacing === true) judgeCopies(sim, machine, 'create')
    return
  }
  const { machine } = action
  const accepted = requestFor(sim, decision, machine)
  judgeWill(sim, decision, action, accepted)
  if (action.kind === 'replace' || action.kind === 'reboot' || action.kind === 'power-off') judgeTaking(sim, world, machine, action.kind, accepted)
  if (action.kind === 'reinitialise') judgeCopies(sim, machine, action.kind)
  if (action.kind === 'replace') judgeReplacement(sim, world, decision, machine, accepted)
  if (action.kind === 'restart-unit' || action.kind === 'reboot' || causeOf(decision).code === 'ladder-climbed') judgeCommonCause(sim, decision, machine)
  if (action.kind === 'remove') judgeQuorum(sim, machine, 'remove')
  if (['replace', 'reboot', 'power-off', 'switch-over', 'hand-over'].includes(action.kind)) sim.ledger.disruptions.push(`${action.kind} ${machine}`)
}

const causeOf = (decision: Decision): Reason => ('cause' in decision.reason ? decision.reason.cause : decision.reason)

/** Objections that a human overruled. */
function requestFor(sim: Sim, decision: Decision, machine: string): readonly string[] {
  if (causeOf(decision).code !== 'requested') return []
  return sim.store.requests.find((request) => request.machine === machine)?.accepted ?? []
}

const isUnborn = (sim: Sim, machine: string): boolean => ['creating', 'bearing'].includes(sim.store.records.get(machine)?.phase ?? '')

function judgeWill(sim: Sim, decision: Decision, action: Action, accepted: readonly string[]): void {
  if (action.kind === 'create') return
  const cause = causeOf(decision)
  if (sim.plan.healing.mode === 'observe' && OWN_ACCORD.includes(cause.code)) sim.violate('mode-observe', `${action.kind} ${action.machine} in mode observe`)
  if (!CHANGES.includes(action.kind) || accepted.includes('paused') || isUnborn(sim, action.machine) && action.kind !== 'replace') return
  if (sim.store.records.get(action.machine)?.phase === 'joining' && action.kind !== 'replace') return
  const pause = sim.store.pauses.find((one) => one.untilMs > sim.nowMs + SEEN_LATE_MS && one.sinceMs < sim.nowMs - SEEN_LATE_MS && (one.machine === null || one.machine === action.machine))
  if (pause !== undefined) sim.violate('paused', `${action.kind} ${action.machine} under a pause`)
}

/** For everything that takes a machine away, if only for a while. */
function judgeTaking(sim: Sim, world: World, machine: string, kind: 'replace' | 'reboot' | 'power-off', accepted: readonly string[]): void {
  if (machine === world.self) sim.violate('own-machine', `${machine} would ${kind} itself`)
  if (isUnborn(sim, machine)) return
  const other = [...sim.store.records.values()].find((record) => record.machine !== machine && record.phase !== 'member' && !waitsFor(sim, world, record, machine))
    ?? world.machines.find((view) => view.name !== machine && view.inFlight && view.record?.phase !== 'bearing' && ['replace', 'reboot', 'create'].includes(inFlightKind(sim, view.name) ?? ''))
  // Power is taken from a hung machine because the other one waits for it.
  if (other !== undefined && kind !== 'power-off') sim.violate('one-at-a-time', `${kind} ${machine} while ${'machine' in other ? other.machine : other.name} is not whole again`)
  judgeQuorum(sim, machine, kind)
  judgeCopies(sim, machine, kind)
  if (isSettled(sim) && !accepted.includes('last-of-role')) judgeRoles(sim, machine, kind)
  const gone = [...sim.store.records.values()].filter((record) => record.phase === 'member' && !isSeenFrom(sim, world.self, record.machine)).map((record) => record.machine)
  if (isSettled(sim) && gone.length >= STORM_MIN && !accepted.includes('storm')) sim.violate('storm', `${kind} ${machine} while ${gone.join(', ')} are silent`)
}

/** etcd takes nobody in while a voter is ill: a birth that hangs on it may not forbid to mend it. */
// By the clock of who decides: it may be off, and the record's time is its own.
const waitsFor = (sim: Sim, world: World, record: MachineRecord, machine: string): boolean => record.phase === 'bearing'
  && world.nowMs - record.sinceMs > sim.plan.healing.startupMs / 2 - SEEN_LATE_MS && sim.plan.machines.some((one) => one.name === machine && one.etcdVoter)

const inFlightKind = (sim: Sim, machine: string): string | undefined => sim.store.lead?.process.loop?.inFlight.get(machine)

const isSeenFrom = (sim: Sim, from: string, machine: string): boolean => {
  const host = hostOf(sim, machine)
  return host !== undefined && sim.network.talk(from, machine) && answers(host)
}

function judgeQuorum(sim: Sim, machine: string, kind: string): void {
  const all = voters(sim.etcd)
  if (!isSettled(sim) || !all.some((member) => member.machine === machine)) return
  const left = all.filter((member) => member.machine !== machine && isLive(sim, member)).length
  const needed = Math.floor(all.length / 2) + 1
  if (left < needed) sim.violate('etcd-quorum', `${kind} ${machine} leaves ${left} live voters where ${needed} are needed`)
}

function judgeCopies(sim: Sim, machine: string, kind: string): void {
  const host = hostOf(sim, machine)
  if (host === undefined || !host.machine.roles.includes('database')) return
  if (primaryOf(sim)?.host === host && isSettled(sim)) sim.violate('primary-kept', `${kind} ${machine}, which is the running primary`)
  if (!sim.engine.copies.has(host.serial)) return
  const others = hostsOf(sim).filter((other) => other !== host && sim.engine.copies.has(other.serial) && (hasKernel(other) || !isSettled(sim)))
  if (others.length === 0) sim.violate('last-good-copy', `${kind} ${machine}, the last live machine with every acknowledged write`)
}

/** A machine that serves stays while no other one does; an app machine that no entry machine reaches serves nobody. */
function judgeRoles(sim: Sim, machine: string, kind: string): void {
  const mine = hostOf(sim, machine)
  if (mine === undefined) return
  for (const role of ['entry', 'app'] as const) {
    const serves = (host: Host): boolean => host.machine.roles.includes(role) && runs(host, UNITS[role], sim.nowMs) && host.agentUp && hostsOf(sim).some((other) => other !== host && isRunning(other) && (role !== 'app' || other.machine.roles.includes('entry') || host.machine.roles.includes('entry')) && sim.network.talk(other.name, host.name))
    if (serves(mine) && !hostsOf(sim).some((other) => other !== mine && serves(other))) sim.violate('last-of-role', `${kind} ${machine}, the last healthy machine of role ${role}`)
  }
}

function judgeReplacement(sim: Sim, world: World, decision: Decision, machine: string, accepted: readonly string[]): void {
  const { nowMs, ledger, plan } = sim
  const before = (ledger.replacements.get(machine) ?? []).filter((at) => at > nowMs - HOUR_MS + 60_000)
  if (before.length >= plan.healing.replacementsPerHourMax && !accepted.includes('budget-spent')) sim.violate('budget', `${machine} was replaced ${before.length} times within the hour`)
  ledger.replacements.set(machine, [...before, nowMs])
  const cause = causeOf(decision)
  if ((cause.code !== 'machine-silent' && cause.code !== 'machine-hung') || !isSettled(sim) || Math.abs(hostOf(sim, world.self)?.clockMs ?? 0) > 1000) return
  const witnesses = hostsOf(sim).filter((host) => host.name !== machine && host.name !== world.self && isSeenFrom(sim, world.self, host.name) && sim.store.records.get(host.name)?.phase === 'member')
  // More than that are never asked: who is out of reach for so many serves nobody.
  const deafTo = witnesses.filter((host) => probe(sim, host.name, machine) === 'silent')
  const witness = deafTo.length >= OBSERVERS_MAX ? undefined : witnesses.find((host) => probe(sim, host.name, machine) === 'answered')
  if (isSeenFrom(sim, world.self, machine) || witness !== undefined) sim.violate('healthy-kept', `replace ${machine}, which ${witness?.name ?? world.self} reaches`)
  if (witnesses.length === 0 || sim.deaf) sim.violate('second-observer', `replace ${machine} on the word of one controller alone`)
  const unseenMs = nowMs - (ledger.unseen.get(machine)?.sinceMs ?? nowMs)
  if (unseenMs < plan.healing.confirmMs - 1000) sim.violate('confirmed', `replace ${machine} after ${unseenMs} ms of silence`)
}

/** A primary that works, and that somebody who can be asked sees, keeps its lock. */
export function judgeFailOver(sim: Sim, host: Host): void {
  const self = sim.store.lead?.process.host.name ?? ''
  const witness = hostsOf(sim).find((other) => other !== host && other.name !== self && isSeenFrom(sim, self, other.name) && sim.network.talk(other.name, host.name))
  if (isSettled(sim) && host.stalledSinceMs === null && answers(host) && runs(host, UNITS.database, sim.nowMs) && witness !== undefined) sim.violate('primary-kept', `failover from ${host.name}, which ${witness.name} reaches`)
}

/** A unit that fails on several machines at once is no machine's fault. */
function judgeCommonCause(sim: Sim, decision: Decision, machine: string): void {
  const cause = causeOf(decision)
  const isMember = (name: string): boolean => sim.store.records.get(name)?.phase === 'member'
  if (!('problem' in cause) || !isSettled(sim) || !isMember(machine)) return
  const mine = hostOf(sim, machine)
  const shared = hostsOf(sim).find((other) => other !== mine && isMember(other.name) && [...other.ills].some(([unit, ill]) => ill.cure === 'world' && ill.state === 'failed' && mine?.ills.get(unit)?.cure === 'world' && isSeenFrom(sim, sim.store.lead?.process.host.name ?? '', other.name)))
  if (shared !== undefined) sim.violate('common-cause', `${decision.rule} on ${machine} for what ${shared.name} has too`)
}

/** Two runs of Terraform at once would make a machine twice. One that stands still as a whole can't be told from a dead one. */
export function judgeRun(sim: Sim, host: Host, machines: readonly string[]): void {
  const other = hostsOf(sim).find((one) => one !== host && one.power && one.freeze !== 'kernel' && one.terraformRuns > 0)
  if (other !== undefined || host.terraformRuns > 1) sim.violate('one-terraform', `Terraform begins on ${host.name} for ${machines.join(', ')} while it runs on ${other?.name ?? host.name}`)
}

/** The moment of destruction: the last disk, dead or alive, with every acknowledged write is never it. */
export function judgeDestroy(sim: Sim, machine: string): void {
  const host = hostOf(sim, machine)
  if (host === undefined || !sim.engine.copies.has(host.serial)) return
  if (!hostsOf(sim).some((other) => other !== host && sim.engine.copies.has(other.serial))) sim.violate('last-disk', `${machine} is destroyed with the last disk that has every acknowledged write`)
}

/** A machine that comes back for less than the model's rarest look while something is the matter (loop.ts) was not seen there; real polls are closer. */
const SEEN_MIN_MS = 4_500

export function noteUnseen(sim: Sim): void {
  const self = sim.store.lead?.process.host.name
  if (self === undefined) return
  const { unseen } = sim.ledger
  for (const { name } of sim.plan.machines) {
    const known = unseen.get(name)
    if (known?.backMs !== null && known !== undefined && sim.nowMs - known.backMs >= SEEN_MIN_MS) unseen.delete(name)
    if (!isSeenFrom(sim, self, name)) unseen.set(name, { sinceMs: unseen.get(name)?.sinceMs ?? sim.nowMs, backMs: null })
    else if (known?.backMs === null) known.backMs = sim.nowMs
  }
}
