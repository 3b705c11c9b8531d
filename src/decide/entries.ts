/**
 * Pure: who holds the entry address, where VRRP alone can't tell. Entry machines that are cut from each other both hold it: one of them is told to leave it. So
 * is one that holds it and reaches no application server while another one does. keepalived goes on to elect among those that may stand.
 */
import type { EntryFacts } from '../agent/api.ts'
import { act, hold, type Decision, type Rule } from './decision.ts'
import { objections, type GuardName, type Guards } from './guards.ts'
import type { Cause } from './reason.ts'
import type { MachineView, World } from './world.ts'

/** A restart of keepalived, or a link that comes back, is over by then. */
export const BOTH_HOLD_MS = 1500
/** Application servers that start together are not found well at the same moment everywhere. */
export const BLIND_MS = 3000
/** The machine lifts it by itself as soon as it hears the others again; this is for when the controller is gone. */
const ORDER_MS = 60_000
const RENEW_BELOW_MS = 30_000
const STAND_DOWN_GUARDS: readonly GuardName[] = ['paused', 'mode-observe']

interface Entry {
  readonly view: MachineView
  readonly facts: EntryFacts
}

export const entries: Rule = (world, guards) => {
  const all = entriesOf(world)
  const holders = all.filter(({ facts }) => typeof facts.heldMs === 'number')
  const [keeper] = holders.toSorted(byReach)
  if (keeper === undefined) return standUp(all)
  const others = all.filter((one) => one !== keeper)
  const both = holders.filter((one) => one !== keeper && held(one) >= BOTH_HOLD_MS && held(keeper) >= BOTH_HOLD_MS)
  if (both.length > 0) return both.map((one) => standDown(one, keeper, { code: 'two-holders', machine: one.view.name, target: keeper.view.name }, world, guards))
  const heir = others.find((one) => one.facts.healthy && serversOf(one) > 0 && !isOrdered(one))
  if (holders.length === 1 && (keeper.facts.blindMs ?? 0) >= BLIND_MS && heir !== undefined) {
    return [standDown(keeper, heir, { code: 'entry-blind', machine: keeper.view.name, target: heir.view.name, blindMs: keeper.facts.blindMs ?? 0 }, world, guards)]
  }
  return others.filter((one) => isOrdered(one) && orderLeftMs(one) < RENEW_BELOW_MS).flatMap((one) => renew(one, keeper))
}

const entriesOf = ({ machines }: World): readonly Entry[] => machines.flatMap((view) => {
  const facts = view.facts?.entry
  return facts === undefined || view.record?.phase !== 'member' || view.planned === null ? [] : [{ view, facts }]
})

const held = ({ facts }: Entry): number => facts.heldMs ?? 0
const serversOf = ({ facts }: Entry): number => Object.values(facts.upstreams).filter((state) => state === 'up').length
const orderLeftMs = ({ facts }: Entry): number => facts.stand?.orderedDownMs ?? 0
const isOrdered = (one: Entry): boolean => orderLeftMs(one) > 0
/** The one that serves, and reaches most; of equals the plan's first, which VRRP prefers too. `toSorted` keeps the order of equals. */
const byReach = (one: Entry, other: Entry): number => Number(other.facts.healthy) - Number(one.facts.healthy) || serversOf(other) - serversOf(one)

function standDown({ view }: Entry, keeper: Entry, reason: Extract<Cause, { code: 'two-holders' | 'entry-blind' }>, world: World, guards: Guards): Decision {
  if (view.inFlight) return hold('entries', { code: 'updating', machine: view.name })
  const [objection] = objections(STAND_DOWN_GUARDS, view, world, guards)
  return objection === undefined ? act('entries', reason, { kind: 'stand-down', machine: view.name, target: keeper.view.name, forMs: ORDER_MS, told: true }) : hold('entries', objection.reason)
}

/** Still cut off from whoever holds it. */
const renew = ({ view }: Entry, keeper: Entry): readonly Decision[] =>
  (view.inFlight ? [] : [act('entries', { code: 'stays-down', machine: view.name, target: keeper.view.name }, { kind: 'stand-down', machine: view.name, target: keeper.view.name, forMs: ORDER_MS, told: false })])

/** Whoever it was left to is gone. */
const standUp = (all: readonly Entry[]): readonly Decision[] => all.filter((one) => isOrdered(one) && !one.view.inFlight)
  .map(({ view }) => act('entries', { code: 'stand-up', machine: view.name }, { kind: 'stand-down', machine: view.name, target: view.name, forMs: 0, told: true }))
