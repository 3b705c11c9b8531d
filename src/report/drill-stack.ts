/** What a drill needs of a running stack: its plan, its controller's word, the provider's switches, and the ways in. */
import type { Fault, PowerAction } from '../../lab/api.ts'
import type { StackEvent, StackStatus } from '../controller/api.ts'
import type { SqlTarget } from '../load/sql.ts'
import type { WebTarget } from '../load/web.ts'
import type { Deployed } from '../provision/deploy-change.ts'
import type { Switched } from '../provision/switchover.ts'
import type { Machine, Plan } from '../plan/types.ts'

export interface DrillStack {
  readonly plan: Plan
  readonly status: () => Promise<StackStatus>
  /** Long poll: events numbered above `after`, or none after `waitMs`. */
  readonly events: (after: number, waitMs: number) => Promise<readonly StackEvent[]>
  /** Name of the machine whose controller acts; undefined when none answers. */
  readonly actingController: () => Promise<string | undefined>
  readonly power: (machine: string, action: PowerAction) => Promise<void>
  /** Breaks something; returns the id to heal it by. Healing what is healed is no error. */
  readonly fault: (fault: Fault) => Promise<string>
  readonly heal: (id: string) => Promise<void>
  /** The provider's own ids: a machine made anew has another one. */
  readonly machineIds: () => Promise<ReadonlyMap<string, string>>
  /** As root on the machine, by way of the provider. */
  readonly exec: (machine: string, argv: readonly string[]) => Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>
  /** Posts a hint to the acting controller; HTTP status of the answer. */
  readonly hint: (hint: PlainHint, token: HintToken) => Promise<number>
  /** As a human asks for it. Throws `OperationError` when it did not come about. */
  readonly switchover: (target: string) => Promise<Switched>
  /** The stack's release once more, run in another way; back when it stays or was taken back. */
  readonly deploy: (change: (command: string) => Partial<Plan['app']>) => Promise<Deployed>
  /** As a human deploys that image; null when it came to run, otherwise why it was refused. */
  readonly deployImage: (reference: string) => Promise<string | null>
  /** As a human asks for it. */
  readonly rollBack: () => Promise<void>
  readonly web: WebTarget
  /** The PgBouncer of an app machine. */
  readonly sql: (machine: Machine) => SqlTarget
  /** Through the first app machine, as the application's user or as the reports'. */
  readonly connect: (way: 'writes' | 'reports') => Promise<SqlSession>
}

export interface SqlSession {
  readonly query: (text: string) => Promise<void>
  readonly end: () => Promise<void>
}

/** Body of `POST /v1/hints`. */
export interface PlainHint {
  /** The same event sent twice has the same one. */
  readonly id?: string
  readonly machine: string
  readonly reason: string
  readonly evidence: string
}

/** `ours`: one that the stack knows. */
export type HintToken = 'ours' | 'wrong' | 'none'
