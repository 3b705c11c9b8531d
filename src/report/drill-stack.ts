/** What a drill needs of a running stack: its plan, its controller's word, the power switch, and the ways in. */
import type { StackEvent, StackStatus } from '../controller/api.ts'
import type { SqlTarget } from '../load/sql.ts'
import type { WebTarget } from '../load/web.ts'
import type { Machine, Plan } from '../plan/types.ts'

export interface DrillStack {
  readonly plan: Plan
  readonly status: () => Promise<StackStatus>
  /** Long poll: events numbered above `after`, or none after `waitMs`. */
  readonly events: (after: number, waitMs: number) => Promise<readonly StackEvent[]>
  readonly powerOff: (machine: string) => Promise<void>
  /** What `regrow replace` does. */
  readonly replace: (machine: string) => Promise<void>
  readonly web: WebTarget
  /** The PgBouncer of an app machine. */
  readonly sql: (machine: Machine) => SqlTarget
}
