/** What a check found. */
import type { HistoryRecord, Server, WorkloadName } from './history.ts'

export type ViolationKind =
  /** Acknowledged, and not there. */
  | 'lost'
  /** There more than once. */
  | 'duplicated'
  /** There, though it certainly failed, or though nobody wrote it. */
  | 'phantom'
  /** A list was read that is no beginning of what it became. */
  | 'diverged-read'
  /** A list was read shorter than somebody had known it to be before that read was sent. */
  | 'stale-read'
  /** The balances don't add up. */
  | 'sum'
  /** The balances don't fit the transfers: one was applied by half, or more than once. */
  | 'balance'
  /** A write was acknowledged by a server after its successor had acknowledged one. */
  | 'two-writers'
  /** A read was answered by a server after its successor had acknowledged a write. */
  | 'superseded-read'

export interface Violation {
  readonly kind: ViolationKind
  /** Null: it is about the servers, not about one kind of data. */
  readonly workload: WorkloadName | null
  /** What it is about, by name: ids, keys, sums, times. */
  readonly detail: Readonly<Record<string, number | string | null>>
  /** The records of the history that prove it. */
  readonly evidence: readonly HistoryRecord[]
}

export interface WorkloadFigures {
  /** Writes: transactions that change something. `failed` is without conflicts. */
  readonly acked: number
  readonly failed: number
  readonly unknown: number
  /** Of those of unknown outcome: found in the end. */
  readonly unknownDone: number
  readonly reads: number
  readonly lost: number
  readonly duplicated: number
  readonly phantom: number
  /** All other violations: reads, sums, balances. */
  readonly otherViolations: number
}

/** Milliseconds, and the same clock as the history's. */
export interface Gap {
  readonly ms: number
  readonly fromMs: number
  readonly untilMs: number
}

/** A machine in one of its terms as a primary, as clients' acknowledged writes name it. */
export interface ServerFigures extends Server {
  readonly ackedWrites: number
  /** When the first and the last one were acknowledged. */
  readonly firstMs: number
  readonly lastMs: number
}

/** What was seen by asking the machines directly: evidence, no verdict. */
export interface WatchFigures {
  readonly polls: number
  readonly unanswered: number
  /** Servers that still committed at their own address after their successor did, though no client reached them. */
  readonly lateCommits: readonly (Server & { readonly count: number; readonly lastAfterMs: number })[]
  /** Who answered at the database address, from when on. */
  readonly vip: readonly (Server & { readonly fromMs: number })[]
}

/** `nothing-proven`: the final state could not be read, or a workload had no acknowledged write. */
export type Verdict = 'held' | 'broken' | 'nothing-proven'

export interface CheckReport {
  readonly run: string
  readonly verdict: Verdict
  /** Why nothing is proven. */
  readonly unproven: readonly string[]
  readonly startedMs: number
  readonly endedMs: number
  readonly writers: number
  readonly workloads: Readonly<Partial<Record<WorkloadName, WorkloadFigures>>>
  /** Certain failures and unknown outcomes of all operations, by kind, the most frequent first. */
  readonly errors: Readonly<Record<string, number>>
  readonly unknowns: Readonly<Record<string, number>>
  /** Transactions that the database refused for the sake of another one (serialization, deadlock): no failure of the stack. */
  readonly conflicts: number
  /** Without an acknowledged write of any workload; null before the first one. */
  readonly longestGap: Gap | null
  readonly servers: readonly ServerFigures[]
  /** Reads at the address of the writes that a replica answered. */
  readonly replicaReads: number
  readonly watch: WatchFigures
  /** Of each kind and workload the first VIOLATIONS_MAX; `violationCounts` has them all. */
  readonly violations: readonly Violation[]
  readonly violationCounts: Readonly<Partial<Record<ViolationKind, number>>>
}

export const VIOLATIONS_MAX = 20
