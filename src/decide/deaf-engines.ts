/**
 * Pure: a database engine that takes no new connections, while its sessions and its word to whoever elects go on, is ended as a crash would
 * end it. Then its standby takes over, or it is started again; either way what it has acknowledged is on disk.
 */
import { act, hold, type Decision, type Rule } from './decision.ts'
import { heirOf } from './eligible.ts'
import { objections, type GuardName, type Guards } from './guards.ts'
import { attemptsOf, settlingMs, STEPS } from './ladder.ts'
import { replaceWithin } from './replacement.ts'
import { deafMs, isDeaf } from './stuck.ts'
import type { MachineView, World } from './world.ts'

/** Without an heir nobody serves until it has recovered, so it gets more time to come to itself. */
const ALONE_MIN_MS = 15_000
const KILL_GUARDS: readonly GuardName[] = ['paused', 'mode-observe', 'storm', 'replacement-in-flight']

export const deafEngines: Rule = (world, guards) => world.machines
  .filter((view) => view.record?.phase === 'member' && view.planned !== null && !view.inFlight && isDeaf(view))
  .map((view) => endIt(view, world, guards))

function endIt(view: MachineView, world: World, guards: Guards): Decision {
  const machine = view.name
  const cause = { code: 'engine-deaf', machine, deafMs: deafMs(view) } as const
  const others = world.machines.filter((other) => other.name !== machine && isDeaf(other)).map(({ name }) => name)
  if (others.length > 0) return hold('engine', { code: 'common-cause', machine, problem: { code: 'engine-deaf' }, others })
  if (world.database.truth?.leader === machine && heirOf(world) === undefined && deafMs(view) < ALONE_MIN_MS) return hold('engine', { code: 'no-heir', machine })
  const settling = settlingMs(view, world.nowMs)
  if (settling !== null) return hold('engine', { code: 'settling', machine, ...settling })
  if (attemptsOf(view, 'kill', world.nowMs).length >= STEPS.kill.max) return replaceWithin(view, world, guards, { rule: 'replace', cause })
  const [objection] = objections(KILL_GUARDS, view, world, guards)
  return objection === undefined ? act('engine', cause, { kind: 'kill-engine', machine }) : hold('engine', objection.reason)
}
