/** Takes a whole stack down: Terraform with the stack's own state, here, because a controller can't remove its own machine. */
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../lib/errors.ts'
import { writeFileAtomic } from '../lib/write-file.ts'
import { groundOf } from '../providers/ground.ts'
import { BIRTHS_VARIABLE } from '../providers/provider.ts'
import { providerNamed } from '../providers/registry.ts'
import { renderTerraform } from '../render/terraform.ts'
import type { LoadedStack } from '../spec/load.ts'
import { localDirectory, localStateFile } from './found.ts'
import { connectStack } from './stack-connection.ts'
import { applyTerraform, findTerraform } from './terraform.ts'

/** Machines that the state knows, by Terraform's own format (version 4). */
function machinesInState(state: string): readonly string[] {
  const { resources = [] } = JSON.parse(state) as { resources?: { instances?: { index_key?: string }[] }[] }
  return resources.flatMap((resource) => (resource.instances ?? []).flatMap((instance) => (instance.index_key === undefined ? [] : [instance.index_key])))
}

/** Answers the machines that were removed. */
export async function destroyStack(loaded: LoadedStack, onProgress: (line: string) => void): Promise<readonly string[]> {
  const { plan } = loaded
  const directory = localDirectory(loaded.directory, loaded.environment)
  const source = groundOf(plan)
  const ground = await source.existing(plan)
  if (ground === undefined) {
    await rm(directory, { recursive: true, force: true })
    return []
  }
  const existing = await ground.machines()
  const connection = await connectStack(loaded)
  const state = await connection.terraformState().catch(() => undefined)
  await connection.close()
  if (state !== undefined) await writeFileAtomic(localStateFile(directory), state, { mode: 0o600 })
  const known = existsSync(localStateFile(directory)) ? machinesInState(state ?? '{}') : []
  const program = await findTerraform()
  if (program === undefined) throw new UserError('neither terraform nor tofu is installed', { next: 'npm run setup' })
  if (known.length > 0) {
    onProgress(`terraform removes ${known.join(', ')}`)
    const provider = providerNamed(plan.provider)
    await applyTerraform({
      directory: join(directory, 'terraform'),
      program,
      configuration: renderTerraform({ ...plan, machines: [] }, 'local'),
      env: { ...ground.credentials, [BIRTHS_VARIABLE]: join(directory, 'births') },
    }, known.map((name) => ({ address: provider.resourceAddress(name), change: 'delete' })))
  }
  await source.remove(plan)
  onProgress('the provider has nothing of this stack left')
  await rm(directory, { recursive: true, force: true })
  return existing
}
