/** What a provider needs on the operator's side before machines can be made: credentials, and for the lab, the lab. */
import type { LabClient } from './lab/client.ts'
import type { Plan } from '../plan/types.ts'
import { UserError } from '../lib/errors.ts'
import { existingLabGround, prepareLabGround, removeLabGround } from './lab/ground.ts'
import { providerNamed } from './registry.ts'

export interface Ground {
  /** For Terraform here, by environment variable. */
  readonly credentials: Readonly<Record<string, string>>
  /** For Terraform on the controller's machine. */
  readonly machineCredentials: Readonly<Record<string, string>>
  /** The last lines of a machine's console; null where the provider has none. */
  readonly console: (machine: string) => Promise<string | null>
  /** Machines that exist at the provider right now. */
  readonly machines: () => Promise<readonly string[]>
  readonly lab: LabClient | null
}

interface GroundSource {
  /** Makes what is missing; says what it does. */
  readonly prepare: (plan: Plan, onProgress: (line: string) => void) => Promise<Ground>
  /** Only what is there already; undefined when nothing is. */
  readonly existing: (plan: Plan) => Promise<Ground | undefined>
  /** After the last machine is gone. */
  readonly remove: (plan: Plan) => Promise<void>
}

const SOURCES: Readonly<Record<string, GroundSource>> = {
  lab: { prepare: prepareLabGround, existing: existingLabGround, remove: removeLabGround },
}

export function groundOf(plan: Plan): GroundSource {
  const source = SOURCES[providerNamed(plan.provider).name]
  if (source === undefined) throw new UserError(`provider ${plan.provider} can't be used from here`, { next: 'regrow check' })
  return source
}
