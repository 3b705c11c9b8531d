/** Pure: what a human asked for, within the same guards but for those that the human was shown and accepts. */
import type { Decision, Rule } from './decision.ts'
import { replaceWithin } from './replacement.ts'

export const requests: Rule = (world, guards) => world.requests.flatMap((request): readonly Decision[] => {
  const view = world.machines.find((one) => one.name === request.machine)
  if (view === undefined || view.planned === null || view.record?.phase !== 'member' || view.inFlight) return []
  // Mode observe forbids to act on one's own account; here a human does.
  const accepted = [...request.accepted, 'mode-observe']
  return [replaceWithin(view, world, guards, { rule: 'replace', cause: { code: 'requested', machine: request.machine, by: request.by }, accepted })]
})
