/**
 * Pure: a replica that does not get to stream (it can't start, its history has parted from the primary's, the WAL it needs is gone) is copied
 * anew, once; if that was in vain, its machine is replaced. Never the primary, and only while that one is proven to live: it has every write.
 */
import { act, hold, type Decision, type Rule } from './decision.ts'
import { objections, type GuardName, type Guards } from './guards.ts'
import { problemsOf } from './health.ts'
import { attemptsOf, settlingMs, STEPS } from './ladder.ts'
import type { Problem } from './problem.ts'
import { replaceWithin } from './replacement.ts'
import { isOutdated } from './outdated.ts'
import type { MachineView, World } from './world.ts'

/** A start after a crash replays what was written since the last checkpoint, and a rewind copies: both end, as a rule, within it. */
const PATIENCE_MS = 45_000
const GUARDS: readonly GuardName[] = ['paused', 'mode-observe', 'storm', 'replacement-in-flight', 'last-good-copy']

export const stuckReplicas: Rule = (world, guards) => {
  // While a roll-out is under way its own rule judges.
  if (world.machines.some((view) => view.record?.phase === 'member' && isOutdated(view))) return []
  return world.machines.flatMap((view) => {
    const problem = stuckBy(view, world)
    const forMs = view.facts?.database?.stuckMs ?? 0
    return problem === undefined || view.inFlight || forMs < PATIENCE_MS ? [] : [copyAnew(view, problem, forMs, world, guards)]
  })
}

function stuckBy(view: MachineView, world: World): Problem | undefined {
  if (view.record?.phase !== 'member' || view.planned === null || view.name === world.database.truth?.leader) return undefined
  return problemsOf(view, world).find((problem) => problem.code === 'replica-not-streaming')
}

function copyAnew(view: MachineView, problem: Problem, forMs: number, world: World, guards: Guards): Decision {
  const machine = view.name
  const settling = settlingMs(view, world.nowMs)
  if (settling !== null) return hold('replica', { code: 'settling', machine, ...settling })
  const times = attemptsOf(view, 'reinitialise', world.nowMs).length
  const cause = { code: 'replica-stuck', machine, problem, forMs, times } as const
  if (times >= STEPS.reinitialise.max) return replaceWithin(view, world, guards, { rule: 'replace', cause })
  const [objection] = objections(GUARDS, view, world, guards)
  return objection === undefined ? act('replica', cause, { kind: 'reinitialise', machine }) : hold('replica', objection.reason)
}
