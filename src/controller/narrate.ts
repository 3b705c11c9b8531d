/** Pure but for `tell`: turns what changed between two rounds into events, so that the same thing is said once. */
import type { Decision } from '../decide/decision.ts'
import type { World } from '../decide/world.ts'
import { explain } from '../report/explain.ts'
import type { StackEvent } from './api.ts'
import { evidenceOf } from './evidence.ts'
import { tellDecisions, type Told } from './narrate-decisions.ts'
import { tellSigns } from './narrate-signs.ts'

export interface Story {
  readonly silent: ReadonlySet<string>
  readonly outdated: ReadonlySet<string>
  /** Machines of which something bad was said that was not taken back yet. */
  readonly ill: ReadonlySet<string>
  /** Drift, hints and pauses that were said. */
  readonly drift: ReadonlyMap<string, string>
  readonly hints: ReadonlySet<string>
  readonly pauses: ReadonlyMap<string, string>
  readonly leader: string | null
  readonly healthy: boolean
  readonly convergedGeneration: number
  /** A new desired state is a new story: what still holds is told again. */
  readonly generation: number
  readonly told: Told
  /** The round before: the last facts of a machine that has just fallen silent. */
  readonly before: World | null
}

export const silentStory: Story = {
  silent: new Set(), outdated: new Set(), ill: new Set(), drift: new Map(), hints: new Set(), pauses: new Map(),
  leader: null, healthy: false, convergedGeneration: 0, generation: 0, told: new Map(), before: null,
}

/** A new controller goes on with the story of the one before, as far as the diary tells it. */
export const storySoFar = (events: readonly StackEvent[]): Story => ({
  ...silentStory,
  leader: events.findLast((event) => event.kind === 'leader-changed')?.machine ?? null,
  hints: new Set(events.flatMap((event) => (event.kind === 'hint' && typeof event.evidence?.['hint'] === 'string' ? [event.evidence['hint']] : []))),
  ill: new Set(events.flatMap((event) => (event.machine !== null && isIll(event.machine, events) ? [event.machine] : []))),
})

const isIll = (machine: string, events: readonly StackEvent[]): boolean =>
  ['unwell', 'drift'].includes(events.findLast((event) => event.machine === machine && ['unwell', 'drift', 'well', 'member'].includes(event.kind))?.kind ?? '')

export type Tell = (kind: StackEvent['kind'], machine: string | null, text: string, more?: Pick<StackEvent, 'needsHuman' | 'evidence'>) => void

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

  const signs = tellSigns(story, world, tell)
  const decided = tellDecisions(story.generation === generation ? story.told : new Map(), signs.ill, decisions, world, tell)
  const healthy = decisions[0]?.reason.code === 'all-healthy'
  if (healthy && generation > story.convergedGeneration) tell('converged', null, 'The stack is as it should be: everything is healthy and redundant.')
  else if (healthy && !story.healthy) tell('redundant', null, explain({ code: 'all-healthy' }).replace('.', ' again.'))
  return {
    ...signs, silent, outdated, ill: decided.ill, leader: leader ?? story.leader, healthy,
    convergedGeneration: healthy ? generation : story.convergedGeneration, generation, told: decided.told, before: world,
  }
}
