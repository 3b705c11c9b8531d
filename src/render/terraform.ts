/** Terraform's configuration for the whole stack, as its provider writes it. */
import type { Plan } from '../plan/types.ts'
import { providerNamed } from '../providers/registry.ts'
import type { StateBackend } from '../providers/provider.ts'

/** Content of main.tf.json as data. `local` is for the first birth, before a controller serves the http backend. */
export const renderTerraform = (plan: Plan, backend: StateBackend = 'http'): Readonly<Record<string, unknown>> =>
  providerNamed(plan.provider).terraform(plan, backend)
