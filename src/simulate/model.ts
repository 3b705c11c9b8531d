/** The model as a whole: what every part of it may look at and change, on one virtual clock. */
import type { Fence, MachineRecord, Hint, Pause, ReplaceRequest } from '../decide/world.ts'
import type { Guards } from '../decide/guards.ts'
import type { Plan } from '../plan/types.ts'
import type { Engine } from './engine.ts'
import type { Etcd } from './etcd.ts'
import type { Host } from './host.ts'
import type { Network } from './network.ts'
import type { Process } from './process.ts'
import type { Random } from '../lib/random.ts'
import type { Settings } from './settings.ts'

/** What controllers keep in etcd. */
export interface Store {
  readonly records: Map<string, MachineRecord>
  requests: readonly ReplaceRequest[]
  pauses: readonly Pause[]
  hints: readonly Hint[]
  fences: readonly Fence[]
  /** The leader's key: who holds it, since which revision, and when its lease ends unless it is renewed. */
  lead: { readonly process: Process; readonly revision: number; renewing: boolean; expiresMs: number } | null
  successor: { readonly machine: string; readonly untilMs: number } | null
  terraformLock: { readonly machine: string; readonly term: number } | null
  revisions: number
}

export interface Provider {
  /** Machines by name. The API takes the same machine twice and refuses another one of that name. */
  readonly hosts: Map<string, Host>
  made: number
  /** Nobody gets an answer. */
  down: boolean
  /** Machines are made, and never come up. */
  stillborn: boolean
  /** How many times as long as usual a birth takes. */
  slowness: number
  /** Every machine made of this name dies soon: its host is rotten. */
  readonly rotten: Set<string>
}

export type EntryKind = 'fault' | 'end' | 'decision' | 'action' | 'outcome' | 'lead' | 'human' | 'violation' | 'note'

export interface Entry {
  readonly atMs: number
  readonly kind: EntryKind
  readonly text: string
}

export interface Violation {
  readonly atMs: number
  readonly property: string
  readonly detail: string
}

export interface Sim {
  readonly random: Random
  readonly settings: Settings
  /** Somebody wants to read what happens. */
  readonly verbose: boolean
  readonly guards: Guards
  nowMs: number
  plan: Plan
  /** Revision wanted, by machine. */
  readonly wanted: Map<string, string>
  /** Revisions that break a unit of a role. */
  readonly badRevisions: Set<string>
  readonly network: Network
  readonly provider: Provider
  readonly etcd: Etcd
  readonly engine: Engine
  readonly store: Store
  /** Until when the others let nothing pass between themselves and a machine, by its serial. */
  readonly fenced: Map<number, number>
  readonly processes: Map<string, Process>
  /** Agents don't answer questions about others just now. */
  deaf: boolean
  /** Grows with every change of the model. */
  version: number
  readonly at: (atMs: number, run: () => void) => void
  readonly after: (delayMs: number, run: () => void) => void
  /** Something is not what it was: everything that follows from it is worked out before the next event. */
  readonly changed: () => void
  readonly tell: (kind: EntryKind, text: string) => void
  readonly violate: (property: string, detail: string) => void
  /** What the properties remember. */
  readonly ledger: Ledger
}

/** What was done, for properties over time. */
export interface Ledger {
  readonly replacements: Map<string, number[]>
  /** Since when the acting controller can't have seen a machine, and since when it could again. */
  readonly unseen: Map<string, { readonly sinceMs: number; backMs: number | null }>
  /** When the last fault was injected or ended. */
  disturbedMs: number
  /** Machines that the faults of now have touched. */
  readonly touched: Set<string>
  /** Disruptive actions since then, in order. */
  disruptions: string[]
  leads: number
  ticks: number
  actions: number
  violation: Violation | null
}

export const hostOf = (sim: Sim, name: string): Host | undefined => sim.provider.hosts.get(name)
export const hostsOf = (sim: Sim): readonly Host[] => [...sim.provider.hosts.values()]
