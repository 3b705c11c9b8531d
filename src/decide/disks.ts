/**
 * Pure: a disk that is nearly full. First what is Regrow's own and the system's goes; when that was not enough and the machine
 * is the primary, a synchronous standby with more room takes over. A PostgreSQL that can't write its log stops.
 */
import { act, hold, type Decision, type Rule } from './decision.ts'
import { isEligible } from './eligible.ts'
import { objections, RESTART_GUARDS, SWITCH_OVER_GUARDS, type Guards } from './guards.ts'
import { attemptsOf, settlingMs } from './ladder.ts'
import type { MachineView, World } from './world.ts'

export const DISK_WARN_PERCENT = 80
export const DISK_FULL_PERCENT = 95
/** What grows anew may go anew; until then the last time was not enough. */
const CLEAN_AGAIN_MS = 120_000
/** A standby that is hardly less full would be as full in a moment. */
const ROOM_MIN_PERCENT = 5

export const disks: Rule = (world, guards) => fullDisks(world).flatMap((view) => {
  const decision = roomFor(view, world, guards)
  return decision?.kind === 'act' ? [decision] : []
})

/** What nothing can be done about stops nothing else: the cure may be a larger size, by a roll-out. */
export const diskNotices: Rule = (world, guards) => fullDisks(world).flatMap((view) => {
  const decision = roomFor(view, world, guards)
  return decision?.kind === 'hold' ? [decision] : []
})

const fullDisks = (world: World): readonly MachineView[] =>
  world.machines.filter((view) => view.record?.phase === 'member' && view.planned !== null && (view.facts?.diskUsedPercent ?? 0) >= DISK_FULL_PERCENT)

/** Null: what was done last may still show its effect. */
function roomFor(view: MachineView, world: World, guards: Guards): Decision | null {
  const [machine, usedPercent] = [view.name, view.facts?.diskUsedPercent ?? 0]
  if (view.inFlight || settlingMs(view, world.nowMs) !== null) return null
  const leads = world.database.truth?.leader === machine
  if (!attemptsOf(view, 'clean-up', world.nowMs).some(({ atMs }) => atMs > world.nowMs - CLEAN_AGAIN_MS)) {
    const [objection] = objections(FREE_GUARDS, view, world, guards)
    return objection === undefined ? act('disk', { code: 'disk-full', machine, usedPercent, freed: false }, { kind: 'free-disk', machine }) : hold('disk', objection.reason)
  }
  if (!leads) return hold('disk', { code: 'no-room', machine, usedPercent, primary: false })
  const heir = roomierHeir(view, world)
  if (heir === undefined) return hold('disk', { code: 'no-room', machine, usedPercent, primary: true })
  const [objection] = objections(['mode-observe', ...SWITCH_OVER_GUARDS], view, world, guards)
  return objection === undefined
    ? act('switch-over', { code: 'switch-over-first', machine, target: heir.name, cause: { code: 'disk-full', machine, usedPercent, freed: true } }, { kind: 'switch-over', machine, target: heir.name, insist: true })
    : hold('disk', objection.reason)
}

/** That disks fill everywhere is no reason to leave them full. */
const FREE_GUARDS = RESTART_GUARDS.filter((guard) => guard !== 'common-cause')

const roomierHeir = (primary: MachineView, world: World): MachineView | undefined => world.machines.find((view) =>
  view.name !== primary.name && isEligible(view, world) && (view.facts?.diskUsedPercent ?? 100) < DISK_FULL_PERCENT
  && (view.facts?.diskUsedPercent ?? 100) <= (primary.facts?.diskUsedPercent ?? 0) - ROOM_MIN_PERCENT)
