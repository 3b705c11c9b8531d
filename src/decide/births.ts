/** Pure: how an absent machine becomes a member, one small step a time, each of which can be taken again. */
import { act, hold, type Decision, type Rule } from './decision.ts'
import { problemsOf } from './health.ts'
import { mayStillStand, objections, STANDING_GUARDS, type Guards } from './guards.ts'
import { replaceWithin } from './replacement.ts'
import type { MachineRecord, MachineView, World } from './world.ts'

export const births: Rule = (world, guards) => {
  const decisions = world.machines.flatMap((view) => (view.planned !== null && view.record !== null ? stepOf(view, view.record, world, guards) : []))
  return [...creation(world, guards), ...decisions]
}

/** All absent machines are asked for at once: creating one more harms nobody. */
function creation(world: World, guards: Guards): readonly Decision[] {
  const absent = world.machines.filter((view) => view.planned !== null && view.record === null && !view.inFlight && view.name !== world.self)
  const objection = absent.flatMap((view) => objections(['paused', 'terraform-locked'], view, world, guards))[0]
  if (objection !== undefined) return [hold('create', objection.reason)]
  const machines = absent.map((view) => view.name)
  return machines.length === 0 ? [] : [act('create', { code: 'machines-absent', machines }, { kind: 'create', machines })]
}

function stepOf(view: MachineView, record: MachineRecord, world: World, guards: Guards): readonly Decision[] {
  if (record.phase === 'member' || record.phase === 'leaving') return []
  if (view.inFlight) return [hold('birth', { code: 'awaiting-newborn', machine: view.name })]
  const next = nextStep(view, record, world, guards)
  // Whatever brings it on is done, however late; only waiting has an end.
  return next.kind === 'act' ? [next] : [lateness(view, record, world, guards) ?? next]
}

function nextStep(view: MachineView, record: MachineRecord, world: World, guards: Guards): Decision {
  const [locked] = objections(['terraform-locked'], view, world, guards)
  if (record.phase === 'creating' && locked !== undefined) return hold('create-again', locked.reason)
  const [needed] = mayStillStand(record) ? objections(STANDING_GUARDS, view, world, guards) : []
  if (needed !== undefined) return hold('create-again', needed.reason)
  if (record.phase === 'creating') return act('create-again', { code: 'creation-unfinished', machine: view.name }, { kind: 'create', machines: [view.name] })
  return record.phase === 'bearing' ? bearing(view, record, world) : joining(view, world)
}

/** A birth that takes too long is begun again, within the same guards as any replacement. */
function lateness(view: MachineView, record: MachineRecord, world: World, guards: Guards): Decision | null {
  if (lacksImage(view)) return null
  const startupMs = world.plan?.healing.startupMs ?? Infinity
  // A newer manifest that is on its way in may be its cure.
  const patienceMs = startupMs * (isApplying(view) ? 2 : 1)
  if (world.nowMs - record.sinceMs <= patienceMs) return null
  return replaceWithin(view, world, guards, { rule: 'birth-timeout', cause: { code: 'birth-timeout', machine: view.name, startupMs }, accepted: ['mode-observe'] })
}

/** Its agent asks for it again and again; and another machine could not get it either. */
const lacksImage = ({ facts }: MachineView): boolean => facts?.applying?.code === 'NO_IMAGE'

const isApplying = ({ facts }: MachineView): boolean => facts?.applying !== undefined && facts.applying !== null && facts.applying.error === null

function bearing(view: MachineView, record: MachineRecord, world: World): Decision {
  // An expired token is refused for ever: that birth is over, whoever waits at the door.
  const expired = record.join !== null && record.join.expiresMs < world.nowMs
  if (!view.doorOpen || expired) return hold('birth', { code: 'awaiting-newborn', machine: view.name })
  const before = view.planned?.etcdVoter === true ? etcdNewcomer(view, world) : undefined
  if (before !== undefined) return hold('birth', { code: 'awaiting-etcd-turn', machine: view.name, before })
  return act('bear', { code: 'newborn-waits', machine: view.name }, { kind: 'bear', machine: view.name })
}

/** etcd takes one newcomer at a time: whoever is a learner, or is being made one, comes first; ties by name. */
function etcdNewcomer(view: MachineView, world: World): string | undefined {
  const learner = world.etcd.members.find((member) => member.learner && !member.peerUrl.includes(`//${view.planned?.address}:`))
  if (learner !== undefined) return learner.name === '' ? learner.peerUrl : learner.name
  const waiting = world.machines.filter((other) => other.planned?.etcdVoter === true && other.record?.phase === 'bearing' && (other.inFlight || other.doorOpen))
  const first = waiting.find((other) => other.inFlight) ?? waiting[0]
  return first === undefined || first.name === view.name ? undefined : first.name
}

function joining(view: MachineView, world: World): Decision {
  const member = world.etcd.members.find((one) => one.name === view.name && one.learner)
  if (member !== undefined && view.facts?.etcd?.learner === true) {
    return act('promote', { code: 'learner-caught-up', machine: view.name }, { kind: 'promote', machine: view.name, memberId: member.id })
  }
  const problems = problemsOf(view, world)
  if (problems.length === 0) return act('settle', { code: 'verified', machine: view.name }, { kind: 'settle', machine: view.name })
  return repush(view) ?? hold('join', { code: 'waiting-for-membership', machine: view.name, problems })
}

/** The desired state moved on while the machine was being born: it gets the newer manifest. */
function repush(view: MachineView): Decision | undefined {
  const { facts, wantedRevision } = view
  if (facts === null || wantedRevision === null || facts.revision === wantedRevision) return undefined
  const busy = facts.applying !== null && facts.applying.revision === wantedRevision && (facts.applying.error === null || lacksImage(view))
  if (busy) return undefined
  return act('push', { code: 'manifest-outdated', machine: view.name, from: facts.revision, to: wantedRevision }, { kind: 'push', machine: view.name })
}
