/** Pure: what an event about a machine rests on, small enough to be kept with it. */
import type { Facts } from '../agent/api.ts'
import { problemsOf } from '../decide/health.ts'
import type { World } from '../decide/world.ts'

export type EventEvidence = Readonly<Record<string, unknown>>

const DRIFT_ITEMS_MAX = 20

/** `before`: the round in which the machine may still have answered. Times in ms. */
export function evidenceOf(machine: string | null, world: World, before: World | null): EventEvidence {
  const view = world.machines.find((one) => one.name === machine)
  if (view === undefined) return {}
  const facts = view.facts ?? before?.machines.find((one) => one.name === machine)?.facts ?? null
  const problems = view.facts === null ? [] : problemsOf(view, world)
  return {
    ...(view.silentSinceMs === null ? {} : { silentSinceMs: view.silentSinceMs }),
    ...(view.observations.length === 0 ? {} : { observers: Object.fromEntries(view.observations.map(({ observer, outcome }) => [observer, outcome])) }),
    ...(problems.length === 0 ? {} : { problems }),
    ...(facts === null ? {} : { lastFacts: excerpt(facts) }),
  }
}

/** What a reader of a post-mortem wants to know of a machine that is gone. */
export function excerpt(facts: Facts): EventEvidence {
  const { timeMs, uptimeS, incarnation, revision, applying, diskUsedPercent, memoryAvailableBytes, vips, entry, app, database, etcd, drift } = facts
  const idle = Object.entries(facts.units).filter(([, state]) => state !== 'active')
  return {
    timeMs, uptimeS, incarnation, revision, diskUsedPercent, memoryAvailableBytes, vips,
    ...(applying?.error ? { couldNotApply: applying.error } : {}),
    ...(idle.length === 0 ? {} : { unitsNotActive: Object.fromEntries(idle) }),
    ...(entry === undefined ? {} : { entry }),
    ...(app === undefined ? {} : { app }),
    ...(database == null ? {} : { database }),
    ...(etcd == null ? {} : { etcd }),
    ...(drift === null || drift.items.length === 0 ? {} : { drift: drift.items.slice(0, DRIFT_ITEMS_MAX) }),
  }
}
