/** Pure: World in; what to do, or why to hold, out. */
import { births } from './births.ts'
import { certificates } from './certificates.ts'
import { deafEngines } from './deaf-engines.ts'
import { deaths } from './deaths.ts'
import { hold, type Decision, type Rule } from './decision.ts'
import { diskNotices, disks } from './disks.ts'
import { drift } from './drift.ts'
import { entries } from './entries.ts'
import { failover } from './failover.ts'
import { fences } from './fences.ts'
import { GUARDS, type Guards } from './guards.ts'
import { hints } from './hints.ts'
import { ladder } from './ladder.ts'
import { notices } from './notices.ts'
import { placement } from './placement.ts'
import { reach } from './reach.ts'
import { releases } from './releases.ts'
import { requests } from './requests.ts'
import { pendingSizes, rollout } from './rollout.ts'
import { rotation } from './rotation.ts'
import { stalledDisks } from './stalled-disks.ts'
import { stuckReplicas } from './stuck-replicas.ts'
import { switchovers } from './switchovers.ts'
import { succession } from './succession.ts'
import { keepPauses, oneAtATime } from './temper.ts'
import type { World } from './world.ts'

export interface NamedRule {
  readonly name: string
  readonly rule: Rule
  /**
   * The first tier with something to do or to wait for is the round's: what is broken comes before what is outdated, and
   * only a whole stack is rearranged. What is said of a calm stack stands beside that; notices stand beside everything, and so does what touches no
   * machine's health: a certificate ends on its day, whatever else waits for a human.
   */
  readonly tier: 'whole' | 'current' | 'true' | 'fresh' | 'calm' | 'beside' | 'notice'
}

/** The ordered table of rules. */
export const RULES: readonly NamedRule[] = [
  { name: 'fail-over', rule: failover, tier: 'whole' },
  { name: 'fences', rule: fences, tier: 'whole' },
  { name: 'births', rule: births, tier: 'whole' },
  { name: 'deaths', rule: deaths, tier: 'whole' },
  { name: 'stalled-disks', rule: stalledDisks, tier: 'whole' },
  { name: 'deaf-engines', rule: deafEngines, tier: 'whole' },
  { name: 'stuck-replicas', rule: stuckReplicas, tier: 'whole' },
  { name: 'releases', rule: releases, tier: 'whole' },
  { name: 'requests', rule: requests, tier: 'whole' },
  { name: 'switchovers', rule: switchovers, tier: 'whole' },
  { name: 'reach', rule: reach, tier: 'whole' },
  { name: 'entries', rule: entries, tier: 'whole' },
  { name: 'hints', rule: hints, tier: 'whole' },
  { name: 'disks', rule: disks, tier: 'whole' },
  { name: 'ladder', rule: ladder, tier: 'whole' },
  { name: 'drift', rule: actionsOf(drift), tier: 'whole' },
  { name: 'placement', rule: placement, tier: 'current' },
  { name: 'rollout', rule: rollout, tier: 'current' },
  { name: 'drift', rule: holdsOf(drift), tier: 'true' },
  { name: 'rotation', rule: rotation, tier: 'fresh' },
  { name: 'succession', rule: succession, tier: 'fresh' },
  { name: 'sizes', rule: pendingSizes, tier: 'calm' },
  { name: 'certificates', rule: certificates, tier: 'beside' },
  { name: 'drift', rule: reportsOf(drift), tier: 'notice' },
  { name: 'disks', rule: diskNotices, tier: 'notice' },
  { name: 'notices', rule: notices, tier: 'notice' },
]

const TIERS = ['whole', 'current', 'true', 'fresh'] as const

/** At least one decision, actions first. `guards`: others than the real ones only to show that they are missed. */
export function decide(world: World, guards: Guards = GUARDS): readonly Decision[] {
  if (world.plan === null) return [hold('desired', { code: 'no-desired-state' })]
  if (!world.etcd.available) return [hold('etcd', { code: 'etcd-unavailable' })]
  const of = (tier: NamedRule['tier']): readonly Decision[] => RULES.filter((named) => named.tier === tier).flatMap(({ rule }) => rule(world, guards))
  const said = [...keepPauses(of('beside'), world, guards), ...of('notice')]
  for (const tier of TIERS) {
    const decisions = oneAtATime(keepPauses(of(tier), world, guards), world, guards)
    if (decisions.length > 0) return [...decisions.filter((one) => one.kind === 'act'), ...decisions.filter((one) => one.kind === 'hold'), ...said]
  }
  return [hold('all', { code: 'all-healthy' }), ...of('calm'), ...said]
}

/** Drift that can be acted on is as urgent as a death; drift that must wait lets updates through, for one may be its cure. */
function actionsOf(rule: Rule): Rule {
  return (world, guards) => rule(world, guards).filter((decision) => decision.kind === 'act')
}
function holdsOf(rule: Rule): Rule {
  return (world, guards) => rule(world, guards).filter((decision) => decision.kind === 'hold' && decision.reason.code !== 'drift-reported')
}
function reportsOf(rule: Rule): Rule {
  return (world, guards) => rule(world, guards).filter((decision) => decision.reason.code === 'drift-reported')
}
