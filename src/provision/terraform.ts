/** Runs Terraform (or OpenTofu) the only way we allow: plan to a file, check the file, apply that file. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OperationError } from '../lib/errors.ts'
import { run, tryRun } from '../lib/exec.ts'
import { writeFileAtomic } from '../lib/write-file.ts'
import { forbiddenChanges, type AllowedChange, type TerraformPlan } from './terraform-plan.ts'

export interface TerraformRun {
  /** Working directory; keeps the configuration and the last plan. */
  readonly directory: string
  /** Path of the terraform or tofu program. */
  readonly program: string
  /** Content of main.tf.json. */
  readonly configuration: Readonly<Record<string, unknown>>
  /** Credentials and backend settings; in no argument list. */
  readonly env: Readonly<Record<string, string>>
}

const INIT_TIMEOUT_MS = 60_000
const PLAN_TIMEOUT_MS = 60_000
const APPLY_TIMEOUT_MS = 300_000
const PLAN_FILE = 'change.tfplan'

/** The user's own Terraform settings may point anywhere, and a version check would leave the machine: neither is wanted here. */
const environment = (env: Readonly<Record<string, string>>): Record<string, string> => ({
  ...env,
  TF_IN_AUTOMATION: '1',
  TF_INPUT: '0',
  CHECKPOINT_DISABLE: '1',
  TF_CLI_CONFIG_FILE: '/dev/null',
})

async function prepare(terraform: TerraformRun): Promise<void> {
  const path = join(terraform.directory, 'main.tf.json')
  const text = JSON.stringify(terraform.configuration, null, 2)
  const before = await readFile(path, 'utf8').catch(() => null)
  const initialised = await readFile(join(terraform.directory, '.terraform', 'regrow-initialised'), 'utf8').catch(() => null)
  if (before === text && initialised === text) return
  await writeFileAtomic(path, text)
  await run(terraform.program, ['init', '-no-color', '-reconfigure'], { cwd: terraform.directory, env: environment(terraform.env), timeoutMs: INIT_TIMEOUT_MS })
  await writeFileAtomic(join(terraform.directory, '.terraform', 'regrow-initialised'), text)
}

/**
 * Applies exactly `allowed` and nothing else. Throws `OperationError` TERRAFORM_FORBIDDEN before anything is touched when
 * the saved plan says more; `signal` kills Terraform, EXIT or TIMEOUT with Terraform's own words when it fails.
 */
export async function applyTerraform(terraform: TerraformRun, allowed: readonly AllowedChange[], signal?: AbortSignal): Promise<void> {
  await prepare(terraform)
  const options = { cwd: terraform.directory, env: environment(terraform.env), ...(signal === undefined ? {} : { signal }) }
  const targets = allowed.flatMap(({ address, change }) => [`-target=${address}`, ...(change === 'replace' ? [`-replace=${address}`] : [])])
  await run(terraform.program, ['plan', '-no-color', '-lock-timeout=10s', `-out=${PLAN_FILE}`, ...targets], { ...options, timeoutMs: PLAN_TIMEOUT_MS })
  const plan = JSON.parse(await run(terraform.program, ['show', '-json', PLAN_FILE], { ...options, timeoutMs: PLAN_TIMEOUT_MS })) as TerraformPlan
  const forbidden = forbiddenChanges(plan, allowed)
  if (forbidden.length > 0) {
    throw new OperationError('TERRAFORM_FORBIDDEN', `Terraform wanted more than was decided: ${forbidden.join('; ')}`)
  }
  await run(terraform.program, ['apply', '-no-color', '-lock-timeout=10s', PLAN_FILE], { ...options, timeoutMs: APPLY_TIMEOUT_MS })
}

/** `terraform` or `tofu`, whichever is found first on the PATH; undefined when neither is. */
export async function findTerraform(): Promise<string | undefined> {
  for (const program of ['terraform', 'tofu']) {
    const found = await tryRun('which', [program], { timeoutMs: 2000 })
    if (found.code === 0) return found.stdout.trim()
  }
  return undefined
}
