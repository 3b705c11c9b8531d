/** What is done once before a release runs, as a systemd unit of an app machine that ends by itself. Pure. */
import { engineNamed } from '../engines/registry.ts'
import { assert } from '../lib/errors.ts'
import type { Plan } from '../plan/types.ts'
import { providerNamed } from '../providers/registry.ts'
import type { StackSecrets } from '../secrets/types.ts'
import { appEnvironment, releaseDirectory } from './app.ts'
import type { ReleaseRef, RenderInput } from './input.ts'
import { manifestRelease } from './manifest-release.ts'
import type { ManifestRelease } from './manifest.ts'
import { TASK, TASK_ENVIRONMENT } from './migration-files.ts'
import { renderProcessUnit } from './process-unit.ts'
import { ONE_SLOT } from './slots.ts'
import { environmentFile } from './systemd.ts'

export interface RenderedTask {
  readonly release: ManifestRelease
  /** The unit file; it reads its environment from ENVIRONMENT_FILE. */
  readonly unit: string
  /** Secret. */
  readonly environment: string
}

export function migrationTask({ plan, secrets, release }: { readonly plan: Plan; readonly secrets: StackSecrets; readonly release: ReleaseRef }, machineName: string, wanted: NonNullable<Plan['app']['migrate']>): RenderedTask {
  const machine = plan.machines.find(({ name }) => name === machineName)
  assert(machine !== undefined, `no machine ${machineName} in the plan`)
  const { networkInterface } = providerNamed(plan.provider)
  const input: RenderInput = { plan, machine, secrets, release, slots: ONE_SLOT, networkInterface }
  const values = appEnvironment(input, engineNamed(plan.database.engine), { app: plan.app, env: secrets.env, port: plan.app.port })
  return {
    release: manifestRelease({ release, app: plan.app }, input),
    unit: renderProcessUnit({
      name: TASK,
      description: 'What is done once before a release runs',
      release,
      command: wanted.command,
      directory: releaseDirectory(release),
      environmentFile: TASK_ENVIRONMENT,
      environment: Object.keys(values).sort(),
      after: ['pgbouncer.service'],
      endsWithinMs: wanted.timeoutMs,
    }),
    environment: environmentFile(values),
  }
}
