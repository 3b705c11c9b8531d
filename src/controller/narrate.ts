/** Pure but for `tell`: turns what changed between two rounds into events, so that the same thing is said once. */
import type { Decision } from '../decide/decision.ts'
import type { Reason } from '../decide/reason.ts'
import type { World } from '../decide/world.ts'
import { explain } from '../report/explain.ts'
import type { StackEvent } from './api.ts'
import { evidenceOf } from './evidence.ts'
import { needsHuman } from './needs-human.ts'

export interface Story {
  readonly silent: ReadonlySet<string>
  readonly outdated: ReadonlySet<string>
  readonly leader: string | null
  readonly healthy: boolean
  readonly convergedGeneration: number
  /** A new desired state is a new story: what still holds is told again. */
  readonly generation: number
  /** Code and machine of holds that were already told. */
  readonly told: ReadonlySet<string>
  /** The round before: the last facts of a machine that has just fallen silent. */
  readonly before: World | null
}

export const silentStory: Story = { silent: new Set(), outdated: new Set(), leader: null, healthy: false, convergedGeneration: 0, generation: 0, told: new Set(), before: null }

/** A new controller goes on with the story of the one before, as far as the diary tells it. */
export const storySoFar = (events: readonly StackEvent[]): Story =>
  ({ ...silentStory, leader: events.findLast((event) => event.kind === 'leader-changed')?.machine ?? null })

type Tell = (kind: StackEvent['kind'], machine: string | null, text: string, more?: Pick<StackEvent, 'needsHuman' | 'evidence'>) => void

/** Holds that a reader of the diary wants to know of; waiting for the ordinary is not among them. */
const WORTH_TELLING: readonly Reason['code'][] = [
  'seen-by-another', 'no-second-observer', 'would-lose-etcd-quorum', 'last-good-copy', 'database-leader-unknown', 'is-primary', 'last-of-role',
  'own-machine', 'budget-spent', 'storm', 'mode-observe', 'replacement-in-flight', 'unwell', 'size-pending',
]

const machineOf = (reason: Reason): string | null => ('machine' in reason ? reason.machine : null)

export function narrate(story: Story, world: World, decisions: readonly Decision[], generation: number, tell: Tell): Story {
  const silent = new Set(world.machines.filter((view) => view.silentSinceMs !== null && view.record?.phase === 'member').map((view) => view.name))
  for (const name of silent) if (!story.silent.has(name)) tell('silent', name, `${name} does not answer.`, { evidence: evidenceOf(name, world, story.before) })
  for (const name of story.silent) {
    if (!silent.has(name) && world.machines.some((view) => view.name === name && view.facts !== null && view.record?.phase === 'member')) tell('back', name, `${name} answers again.`)
  }
  const outdated = new Set(world.machines.filter((view) => view.facts !== null && view.wantedRevision !== null && view.facts.revision !== view.wantedRevision).map((view) => view.name))
  for (const name of story.outdated) {
    if (!outdated.has(name) && world.machines.some((view) => view.name === name && view.facts !== null && view.record?.phase === 'member')) tell('updated', name, `${name} has its new manifest.`)
  }
  const leader = world.database.truth?.leader ?? null
  if (leader !== story.leader && leader !== null) tell('leader-changed', leader, `${leader} is the primary now.`)

  const told = tellDecisions(story.generation === generation ? story.told : new Set(), decisions, world, tell)
  const healthy = decisions[0]?.reason.code === 'all-healthy'
  if (healthy && generation > story.convergedGeneration) tell('converged', null, 'The stack is as it should be: everything is healthy and redundant.')
  else if (healthy && !story.healthy) tell('redundant', null, 'Everything is healthy and redundant again.')
  return { silent, outdated, leader: leader ?? story.leader, healthy, convergedGeneration: healthy ? generation : story.convergedGeneration, generation, told, before: world }
}

/** Not polled yet: neither silent nor known. */
const isUnseen = (world: World, name: string | null): boolean =>
  world.machines.some((view) => view.name === name && view.facts === null && view.silentSinceMs === null)

function tellDecisions(before: ReadonlySet<string>, decisions: readonly Decision[], world: World, tell: Tell): ReadonlySet<string> {
  const told = new Set<string>()
  for (const { kind, rule, reason } of decisions) {
    if (reason.code === 'unwell' && isUnseen(world, reason.machine)) continue
    const mark = `${kind} ${reason.code} ${machineOf(reason) ?? ''}`
    told.add(mark)
    if (before.has(mark)) continue
    const more = { ...(kind === 'hold' && needsHuman(reason) ? { needsHuman: true } : {}), evidence: { ...reason, ...evidenceOf(machineOf(reason), world, null) } }
    if (kind === 'hold' && reason.code === 'rollout-stopped') tell('rollout-stopped', machineOf(reason), explain(reason), more)
    else if (kind === 'hold' && WORTH_TELLING.includes(reason.code)) tell('held', machineOf(reason), explain(reason), more)
    else if (kind === 'act' && rule === 'replace') tell('confirmed', machineOf(reason), explain(reason), more)
    else if (kind === 'act' && rule === 'birth-timeout') tell('startup-timeout', machineOf(reason), explain(reason), more)
  }
  return told
}
