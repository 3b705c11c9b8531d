/** The port for a database engine: what it puts on machines, so that shared code never names one engine. */
import type { Machine, Plan } from '../plan/types.ts'
import type { RenderInput } from '../render/input.ts'
import type { Opening } from '../render/opening.ts'
import type { ManifestPart } from '../render/part.ts'
import type { LeaseTarget } from '../one/store.ts'
import type { StackSecrets } from '../secrets/types.ts'

/** A command that keepalived runs to learn whether an address belongs here: exit code 0 means yes. */
export interface RoleCheck {
  readonly argv: readonly string[]
  /** Who runs it; reads no more than it must. */
  readonly user: string
  /** Where the command, or whoever knows sooner, leaves its answer: 0 = yes, 1 = no. With it exit code 0 only means that there is an answer. */
  readonly verdictFile?: string
  /** Where the command leaves how this machine ranks among those that may: 0, or `last` for one that stands behind all others. */
  readonly rankFile?: { readonly path: string; readonly last: number }
}

export interface Engine {
  readonly name: string
  /** What a machine with the role `database` carries: the engine and what elects its primary. */
  databasePart(input: RenderInput): ManifestPart
  /** What a machine with the role `app` carries: the pooler in front of the database. */
  poolerPart(input: RenderInput): ManifestPart
  /** Connection strings for the application, through the pooler on its own machine. They hold passwords. */
  applicationUrls(plan: Plan, secrets: StackSecrets): { readonly primary: string; readonly reports: string }
  /** Where an app machine reaches the primary past the pooler, as the application's user: for the lease of what runs once in the stack. */
  leaseTarget(plan: Plan, secrets: StackSecrets): LeaseTarget
  /** Follow what elects the primary; independent of every Regrow process. */
  roleChecks(input: RenderInput): { readonly primary: RoleCheck; readonly reports: RoleCheck }
  /** Run by the agent on an app machine, with the seconds that it may last: makes the pooler's clients wait. See src/agent/client-hold.ts. */
  readonly holdClients: readonly string[]
  /** Ports of the engine and the pooler on this machine. */
  openings(plan: Plan, machine: Machine): Opening[]
}
