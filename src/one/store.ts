/** Where the lease is kept: a row in the database that the whole stack shares. A write is acknowledged when it outlives the primary. */
import type { Lease } from './lease.ts'

/** When each job that runs once in the stack was last begun, in ms since 1970. */
export type LastRuns = Readonly<Record<string, number>>

export interface Taken {
  readonly term: number
  readonly lastRuns: LastRuns
}

/** Each call throws when there was no good answer within `withinMs`; what it asked for may have happened all the same. */
export interface LeaseStore {
  /** `session` changes with every new connection. */
  readonly read: (withinMs: number) => Promise<{ readonly lease: Lease; readonly session: number }>
  /** Null: it is not as it was seen any more. */
  readonly take: (seen: Lease, holder: string, withinMs: number) => Promise<Taken | null>
  /** False: another has it. */
  readonly renew: (term: number, holder: string, lastRuns: LastRuns, withinMs: number) => Promise<boolean>
  readonly giveBack: (term: number, holder: string, withinMs: number) => Promise<void>
}

/** How to reach it, and as whom; TLS with the machine's own certificate on top. */
export interface LeaseTarget {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string
}

/** /etc/regrow/one.json */
export interface OneConfig {
  readonly machine: string
  readonly engine: string
  readonly target: LeaseTarget
  /** Units that run while the lease is held. */
  readonly units: readonly string[]
  /** Names of the jobs among them. */
  readonly jobs: readonly string[]
}
