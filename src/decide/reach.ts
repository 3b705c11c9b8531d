/**
 * Pure: a primary that no app machine reaches serves nobody, however well it is. A synchronous standby that all of them reach
 * takes over, by a planned switchover: the controller reaches both, so nothing is fenced and nothing is lost.
 */
import { act, hold, type Rule } from './decision.ts'
import { isEligible } from './eligible.ts'
import { objections, SWITCH_OVER_GUARDS } from './guards.ts'
import type { MachineView } from './world.ts'

/** Longer than a cable is out, or an address takes to move. */
export const UNREACHED_MIN_MS = 5_000

export const reach: Rule = (world, guards) => {
  const primary = world.machines.find((view) => view.name === world.database.truth?.leader)
  // A silent one is a death's affair.
  if (primary?.facts == null || primary.record?.phase !== 'member' || primary.inFlight) return []
  const witnesses = world.machines.filter((view) => view.record?.phase === 'member' && view.planned?.roles.includes('app') === true && view.facts !== null)
  const unseenMs = Math.min(...witnesses.map((view) => unseenBy(view, primary.name) ?? 0))
  if (witnesses.length === 0 || unseenMs < UNREACHED_MIN_MS) return []
  const heir = world.machines.find((view) => isEligible(view, world) && witnesses.every((witness) => unseenBy(witness, view.name) === 0))
  const cause = { code: 'cut-from-apps', machine: primary.name, apps: witnesses.map(({ name }) => name), unseenMs } as const
  if (heir === undefined) return [hold('reach', cause)]
  const [objection] = objections(['mode-observe', ...SWITCH_OVER_GUARDS], primary, world, guards)
  if (objection !== undefined) return [hold('reach', objection.reason)]
  return [act('switch-over', { code: 'switch-over-first', machine: primary.name, target: heir.name, cause }, { kind: 'switch-over', machine: primary.name, target: heir.name, insist: true })]
}

/** Null: unknown. */
const unseenBy = ({ facts }: MachineView, database: string): number | null => facts?.databaseSight?.[database] ?? null
