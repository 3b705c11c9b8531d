/** Pure: World in; what to do, or why to hold, out. */
import { births } from './births.ts'
import { deaths } from './deaths.ts'
import { hold, type Decision } from './decision.ts'
import { placement } from './placement.ts'
import { pendingSizes, rollout } from './rollout.ts'
import type { World } from './world.ts'

/**
 * At least one decision, actions first. Births and deaths come before updates: nothing is rolled out onto a stack that
 * isn't whole.
 */
export function decide(world: World): readonly Decision[] {
  if (world.plan === null) return [hold('desired', { code: 'no-desired-state' })]
  if (!world.etcd.available) return [hold('etcd', { code: 'etcd-unavailable' })]
  const urgent = [...births(world), ...deaths(world)]
  const decisions = oneReplacement(urgent.length > 0 ? urgent : [...placement(world), ...rollout(world)])
  if (decisions.length === 0) return [hold('all', { code: 'all-healthy' }), ...pendingSizes(world)]
  return [...decisions.filter((one) => one.kind === 'act'), ...decisions.filter((one) => one.kind === 'hold')]
}

/** The guards see a replacement that has begun; of several that would begin now only the first may. */
function oneReplacement(decisions: readonly Decision[]): readonly Decision[] {
  const first = decisions.find(replaces)
  return decisions.map((decision) =>
    first === undefined || decision === first || !replaces(decision) ? decision : hold('replace', { code: 'replacement-in-flight', machine: replacedBy(first) }))
}

const replaces = (decision: Decision): boolean => decision.kind === 'act' && decision.actions.some((action) => action.kind === 'replace')

const replacedBy = (decision: Decision): string =>
  decision.kind === 'act' ? decision.actions.flatMap((action) => (action.kind === 'replace' ? [action.machine] : [])).join() : ''
