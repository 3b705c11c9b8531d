/** /etc/regrow/agent.json: what the agent needs to know of the plan. No secrets. */
import type { Health, Role } from '../plan/types.ts'

export interface Answering {
  readonly port: number
  readonly healthPath: string
}

export interface AgentConfig {
  readonly stack: string
  readonly machine: string
  readonly address: string
  readonly roles: readonly Role[]
  readonly etcdVoter: boolean
  readonly controllerCandidate: boolean
  /** VIPs of the plan: the agent reports which of them it holds. */
  readonly vips: readonly string[]
  /** TCP ports that the plan opens on this machine: servers elsewhere are drift. */
  readonly ports: readonly number[]
  /** What may differ without being drift: see `healing.driftIgnore`. */
  readonly driftIgnore: readonly string[]
  /** Units whose state the agent reports. */
  readonly units: readonly string[]
  /** On app machines: where the release answers. */
  readonly app?: Answering & {
    /** The release beside the one that has the users. */
    readonly beside?: Answering
  }
  /** On entry machines: what to check and how, and which file tells nginx. */
  readonly entry?: {
    readonly upstreams: readonly { readonly machine: string; readonly address: string; readonly port: number }[]
    readonly health: Health
    readonly upstreamsFile: string
    readonly vip: string
    /** The interface that the address is held on. */
    readonly interface: string
    /** By this name the agent asks which certificate is shown. */
    readonly domain: string
  }
  /** On app machines with workers or jobs. */
  readonly work?: {
    readonly processes: readonly { readonly name: string; readonly kind: 'worker' | 'job'; readonly one: boolean }[]
    /** Some run once in the stack. */
    readonly one: boolean
  }
  /** On app machines: the command that makes the pooler's clients wait. */
  readonly holdClients?: readonly string[]
  /** On app machines: the database machines, to tell whether they are in reach. */
  readonly databases?: readonly { readonly machine: string; readonly address: string }[]
  /** On database machines: the engine whose facts to gather. */
  readonly engine?: string
}
