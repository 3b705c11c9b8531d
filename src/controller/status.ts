/** Pure: the status that people and drills read, from the last World. */
import type { MachineStatus, StackStatus } from './api.ts'
import type { Facts } from '../agent/api.ts'
import { problemsOf } from '../decide/health.ts'
import type { MachineView, World } from '../decide/world.ts'
import { describeProblem, explain } from '../report/explain.ts'
import type { Plan } from '../plan/types.ts'
import type { Sighting } from '../observe/watcher.ts'
import { nameOf } from '../render/release-name.ts'
import type { Blueprint } from './blueprint.ts'
import type { Doing } from './loop.ts'

export interface StatusParts {
  readonly machine: string
  readonly acting: boolean
  readonly generation: number
  readonly plan: Plan
  readonly blueprint: Pick<Blueprint, 'release' | 'slots' | 'beside'>
  readonly world: World
  readonly doing: Doing
  readonly sighting: (name: string) => Sighting
}

export function statusOf(parts: StatusParts): StackStatus {
  const { plan, blueprint, world, doing } = parts
  const allFacts = world.machines.flatMap((view) => (view.facts === null ? [] : [view.facts]))
  return {
    stack: plan.stack,
    environment: plan.environment,
    nowMs: world.nowMs,
    controller: { machine: parts.machine, acting: parts.acting },
    generation: parts.generation,
    converged: doing.decision.reason.code === 'all-healthy',
    machines: world.machines.map((view) => machineStatus(view, world, parts.sighting(view.name))),
    vips: ([['entry', plan.entry.vip], ['database', plan.database.vip], ['reports', plan.database.reportsVip]] as const).map(([name, address]) => ({
      name,
      address,
      holders: allFacts.filter((facts) => facts.vips.includes(address)).map((facts) => facts.machine),
    })),
    database: databaseStatus(world, allFacts),
    release: {
      name: nameOf(blueprint.release),
      slot: blueprint.slots.live,
      proven: world.release?.beside === true || world.release?.proven === true,
      beside: blueprint.beside == null ? null : { name: nameOf(blueprint.beside.release), standing: blueprint.beside.standing },
    },
    etcd: etcdStatus(world, allFacts),
    doing: { kind: doing.decision.kind, reason: doing.decision.reason, sentence: explain(doing.decision.reason), sinceMs: doing.sinceMs },
  }
}

function machineStatus(view: MachineView, world: World, sighting: Sighting): MachineStatus {
  const problems = problemsOf(view, world).map(describeProblem)
  return {
    name: view.name,
    address: view.planned?.address ?? '',
    roles: view.planned?.roles ?? [],
    phase: view.record?.phase ?? 'absent',
    health: healthOf(view, problems),
    problems,
    incarnation: sighting.lastFacts?.incarnation ?? null,
    wantedRevision: view.wantedRevision,
    facts: sighting.lastFacts,
    seenMs: sighting.seenMs,
    clockSkewMs: view.clockSkewMs,
  }
}

function healthOf(view: MachineView, problems: readonly string[]): MachineStatus['health'] {
  if (view.facts !== null) return problems.length === 0 ? 'healthy' : 'degraded'
  if (view.silentSinceMs === null) return 'unknown'
  return view.observations.length > 0 && view.observations.every((one) => one.outcome === 'silent') ? 'silent' : 'suspect'
}

function databaseStatus(world: World, allFacts: readonly Facts[]): StackStatus['database'] {
  const leader = world.database.truth?.leader ?? null
  const primary = allFacts.find((facts) => facts.machine === leader)?.database
  return {
    leader,
    timeline: primary?.timeline ?? null,
    synchronousStandbys: world.database.truth?.synchronousStandbys ?? [],
    members: allFacts.flatMap(({ machine, database }) => (database == null ? [] : [{
      name: machine,
      role: database.role,
      state: database.state,
      lagBytes: primary?.standbys.find((standby) => standby.name === machine)?.lagBytes ?? database.replayLagBytes,
    }])),
  }
}

function etcdStatus(world: World, allFacts: readonly Facts[]): StackStatus['etcd'] {
  const named = (learner: boolean): string[] => world.etcd.members.filter((member) => member.learner === learner).map((member) => member.name || member.peerUrl)
  return {
    voters: named(false),
    learners: named(true),
    healthy: allFacts.filter((facts) => facts.etcd?.healthy === true).map((facts) => facts.machine),
    leader: allFacts.find((facts) => facts.etcd?.leader === true)?.machine ?? null,
  }
}
