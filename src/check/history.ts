/** What a check writes down while it runs, one JSON line each; all that the verdict is made from. */

/** `ids`: rows with unique ids. `lists`: values appended to lists. `bank`: money moved between accounts. */
export type WorkloadName = 'ids' | 'lists' | 'bank'
export const WORKLOADS: readonly WorkloadName[] = ['ids', 'lists', 'bank']

/** Who executed a statement, by its own word; timeline null: it was a replica. */
export interface Server {
  readonly machine: string
  readonly timeline: number | null
}

/**
 * When it was sent and when the client knew: milliseconds of one process's monotonic clock, so that the end of one
 * operation before the start of another is an order that nobody can argue with.
 */
export interface Span {
  readonly startMs: number
  readonly endMs: number
}

/**
 * `failed`: certainly not done. `unknown`: sent, and nobody said what became of it. `kind` says how: `timeout`,
 * `sql-40001` …; `said` has the words of whoever refused or broke off.
 */
export type Result =
  | { readonly outcome: 'ok'; readonly server: Server }
  | { readonly outcome: 'failed' | 'unknown'; readonly kind: string; readonly said?: string }

interface Operation extends Span {
  readonly writer: number
}

export interface Transfer {
  readonly id: number
  readonly from: number
  readonly to: number
  readonly amount: number
}

/** One row with an id that nobody else uses. */
export type IdOperation = Operation & Result & { readonly is: 'id'; readonly id: number }
/** One transaction: values appended, each unique in the run, and lists as they were read. */
export type ListOperation = Operation & Result & {
  readonly is: 'list'
  readonly appends: readonly { readonly key: number; readonly value: number }[]
  readonly reads: readonly { readonly key: number; readonly values: readonly number[] }[]
}
export type TransferOperation = Operation & Result & { readonly is: 'transfer'; readonly transfer: Transfer }
/** All balances, by account, in one statement. */
export type BalancesOperation = Operation & Result & { readonly is: 'balances'; readonly balances: readonly number[] }
export type ClientOperation = IdOperation | ListOperation | TransferOperation | BalancesOperation

/** One machine asked at its own address, or the database address asked from outside (`vip`). */
export type Poll = Span & { readonly is: 'poll'; readonly target: string } & ({ readonly server: Server; readonly readOnly: boolean } | { readonly kind: string })
/** A row that was committed on one machine at its own address. */
export type Commit = Span & { readonly is: 'commit'; readonly target: string } & ({ readonly server: Server } | { readonly kind: string })

export interface Begin {
  readonly is: 'begin'
  readonly atMs: number
  readonly run: string
  readonly writers: number
  readonly workloads: readonly WorkloadName[]
  /** Balance of each account at the start. */
  readonly opening: readonly number[]
}

/** Everything in the tables, read in one transaction when all writers had stopped. */
export interface FinalState {
  readonly server: Server
  readonly ids: readonly number[]
  readonly lists: readonly { readonly key: number; readonly values: readonly number[] }[]
  readonly transfers: readonly Transfer[]
  readonly balances: readonly number[]
}

/** `state` is null when no primary could be read; `kind` says why. */
export type Ending = { readonly state: FinalState } | { readonly state: null; readonly kind: string }
/** `atMs`: when the writers were told to stop. */
export type End = Ending & { readonly is: 'end'; readonly atMs: number }

export type HistoryRecord = Begin | ClientOperation | Poll | Commit | End

export interface History {
  readonly begin: Begin
  readonly operations: readonly ClientOperation[]
  readonly watched: readonly (Poll | Commit)[]
  readonly end: End | null
}

export const workloadOf = (operation: ClientOperation): WorkloadName =>
  operation.is === 'id' ? 'ids' : operation.is === 'list' ? 'lists' : 'bank'

/** Whether it changes anything when it is done. */
export const isWrite = (operation: ClientOperation): boolean =>
  operation.is === 'list' ? operation.appends.length > 0 : operation.is !== 'balances'

/** The database refused it for the sake of another transaction (serialization_failure, deadlock_detected): to be expected here. */
export const isConflict = (operation: ClientOperation): boolean => operation.outcome === 'failed' && ['sql-40001', 'sql-40P01'].includes(operation.kind)
