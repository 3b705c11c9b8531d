/** The model etcd: members with votes, a leader that reaches a majority, and leases that only a leader lets expire. */
import { hostOf, type Sim } from './model.ts'
import { runs, UNITS, type Host } from './host.ts'

export interface Member {
  readonly id: string
  readonly machine: string
  learner: boolean
  /** False until the newcomer's etcd has begun; it has no name until then. */
  started: boolean
  /** When a learner has all data. */
  readyMs: number
}

export interface Etcd {
  members: Member[]
  /** Id of the member that leads; null while there is none. */
  leader: string | null
  electAtMs: number | null
  ids: number
  /** When all voters were connected without a break; null: they are not. */
  wholeSinceMs: number | null
}

const ELECTION_MS = [1000, 2500] as const

export const createEtcd = (): Etcd => ({ members: [], leader: null, electAtMs: null, ids: 0, wholeSinceMs: null })

export const voters = (etcd: Etcd): readonly Member[] => etcd.members.filter((member) => !member.learner)
export const majority = (etcd: Etcd): number => Math.floor(voters(etcd).length / 2) + 1

export function hostOfMember(sim: Sim, member: Member): Host | undefined {
  const host = hostOf(sim, member.machine)
  return host?.etcdMember === member.id ? host : undefined
}

export function isLive(sim: Sim, member: Member): boolean {
  const host = hostOfMember(sim, member)
  return member.started && host !== undefined && runs(host, UNITS.etcd, sim.nowMs)
}

function leads(sim: Sim, member: Member, live: readonly Member[]): boolean {
  return live.includes(member) && live.filter((other) => sim.network.talk(member.machine, other.machine)).length >= majority(sim.etcd)
}

const leaderOf = (sim: Sim): Member | undefined => sim.etcd.members.find((member) => member.id === sim.etcd.leader)

/** This member is a live voter and has word from a leader with a majority. */
export function isHealthy(sim: Sim, member: Member): boolean {
  const leader = leaderOf(sim)
  return leader !== undefined && !member.learner && isLive(sim, member) && sim.network.talk(member.machine, leader.machine)
}

/** Can a program on this machine read what is committed? A voter's own programs ask the member beside them, the controller any. */
export const canRead = (sim: Sim, machine: string, localOnly: boolean): boolean =>
  sim.etcd.members.some((member) => (localOnly ? member.machine === machine : sim.network.talk(machine, member.machine)) && isHealthy(sim, member))

/** Works out who leads, and until when there is to be none. */
export function settleEtcd(sim: Sim): void {
  const { etcd } = sim
  const live = voters(etcd).filter((member) => isLive(sim, member))
  const leader = leaderOf(sim)
  if (leader === undefined || !leads(sim, leader, live)) etcd.leader = null
  const whole = live.length === voters(etcd).length && live.every((member) => live.every((other) => sim.network.talk(member.machine, other.machine)))
  etcd.wholeSinceMs = whole ? (etcd.wholeSinceMs ?? sim.nowMs) : null
  if (etcd.leader !== null) return
  const able = live.filter((member) => leads(sim, member, live))
  if (able.length === 0) {
    etcd.electAtMs = null
    return
  }
  if (etcd.electAtMs === null) {
    etcd.electAtMs = sim.nowMs + sim.random.between(...ELECTION_MS)
    sim.at(etcd.electAtMs, sim.changed)
  }
  if (sim.nowMs < etcd.electAtMs) return
  etcd.electAtMs = null
  lead(sim, sim.random.pick(able))
}

/** A new leader gives every lease its full time again. */
function lead(sim: Sim, member: Member): void {
  sim.etcd.leader = member.id
  const { lock } = sim.engine
  if (lock !== null) lock.expiresMs = Math.max(lock.expiresMs, sim.nowMs + sim.engine.ttlMs)
  if (sim.store.lead !== null) sim.store.lead.expiresMs = Math.max(sim.store.lead.expiresMs, sim.nowMs + 6000)
}

export function moveLeader(sim: Sim, machine: string, targetId: string): boolean {
  const [leader, target] = [leaderOf(sim), sim.etcd.members.find((member) => member.id === targetId)]
  if (leader?.machine !== machine || target === undefined || !isHealthy(sim, target)) return false
  lead(sim, target)
  return true
}

export function removeMember(sim: Sim, machine: string): void {
  sim.etcd.members = sim.etcd.members.filter((member) => member.machine !== machine)
}

/** etcd refuses a newcomer until all voters have been connected for 5 s, and a second learner (etcd, server.go: AddMember). */
export function addLearner(sim: Sim, machine: string): Member | undefined {
  const { etcd } = sim
  if (etcd.leader === null || etcd.wholeSinceMs === null || sim.nowMs - etcd.wholeSinceMs < 5000) return undefined
  if (etcd.members.some((member) => member.learner)) return undefined
  const member: Member = { id: `m${etcd.ids++}`, machine, learner: true, started: false, readyMs: 0 }
  etcd.members.push(member)
  return member
}
