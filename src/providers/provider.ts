/** The port for a provider of machines: how Terraform makes them there. What differs between clouds is all in here. */
import type { Machine, Plan } from '../plan/types.ts'

/** Where Terraform keeps its state: behind the controller's http backend, or in a local file before there is a controller. */
export type StateBackend = 'http' | 'local'

export interface Provider {
  readonly name: string
  /** Who may reach the management ports when the spec doesn't say, as CIDRs. */
  defaultOperators(network: string): readonly string[]
  /** Interface of its machines that carries the stack's network. */
  readonly networkInterface: string
  /** Terraform's JSON configuration (main.tf.json) for all machines of the plan; holds no secret. */
  terraform(plan: Plan, backend: StateBackend): Readonly<Record<string, unknown>>
  /** The one resource address that `-replace` names to make a machine anew: `terraform_data.machine["app-1"]`. */
  resourceAddress(machine: string): string
  /** What `$REGROW_BIRTHS/<machine>.json` holds when the machine is made; outside of Terraform's configuration and state. */
  birthDocument(machine: Machine, userData: string): Readonly<Record<string, unknown>>
  /**
   * Ends whatever runs on the machine, by the provider's own power switch; resolves once the provider says that it is off,
   * or that there is no such machine. Throws an `OperationError` when that can't be had. Idempotent.
   */
  powerOff(machine: string, credentials: Readonly<Record<string, string>>): Promise<void>
  /** Environment variables that Terraform needs to reach the provider's API. */
  readonly credentials: readonly string[]
}

/** Directory with one birth document per machine; set for Terraform's runs. */
export const BIRTHS_VARIABLE = 'REGROW_BIRTHS'

/**
 * Terraform and OpenTofu both; `http` gets its addresses from the environment (TF_HTTP_ADDRESS, TF_HTTP_LOCK_ADDRESS,
 * TF_HTTP_LOCK_METHOD, TF_HTTP_UNLOCK_ADDRESS, TF_HTTP_UNLOCK_METHOD, and TF_HTTP_USERNAME and TF_HTTP_PASSWORD), so
 * that neither an address nor a password is in the configuration.
 */
export const terraformSettings = (backend: StateBackend): Readonly<Record<string, unknown>> => ({
  required_version: '>= 1.6.0, < 2.0.0',
  ...(backend === 'http' ? { backend: { http: {} } } : {}),
})
