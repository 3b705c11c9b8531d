/** Loads a stack: the spec, its environment and its plan, or every error at once. */
import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { UserError } from '../lib/errors.ts'
import { planStack } from '../plan/plan.ts'
import type { Plan } from '../plan/types.ts'
import { secretsFile } from '../secrets/store.ts'
import { checkNotifyValues } from './check-notify.ts'
import { checkRegistryValues, readRegistryCa } from './check-registry.ts'
import { checkTlsFiles } from './check-tls.ts'
import { draftSpec } from './draft.ts'
import { NAME_PATTERN } from './fields.ts'
import { nextCommand } from './next-command.ts'
import type { SpecProblem } from './problem.ts'
import { SpecError, sortProblems } from './problem.ts'
import type { Spec } from './schema.ts'
import { checkEnvFile, checkEnvValues, checkRelease, readEnvFile, readMaintenance, readProcfile } from './surroundings.ts'

export interface LoadedStack {
  readonly spec: Spec
  readonly plan: Plan
  readonly environment: string
  /** Values of the environment file. Generated values are in the secrets: see `resolveStackSecrets`. */
  readonly envValues: Readonly<Record<string, string>>
  /** Absolute directory of the spec; `env/` is in it. */
  readonly directory: string
  /** The spec as it was named on the command line. */
  readonly file: string
  readonly warnings: readonly SpecProblem[]
}

export interface LoadOptions {
  readonly file: string
  /** Left out: `lab` for the provider lab, `production` for any other. */
  readonly environment?: string | undefined
  /** `optional`: names without a value, and certificates that can't be served, are warnings (nothing is going to run). */
  readonly values?: 'required' | 'optional'
}

export interface Inspection {
  readonly environment: string
  /** Sorted by position. */
  readonly problems: readonly SpecProblem[]
  /** Undefined when there are errors. */
  readonly loaded: LoadedStack | undefined
}

/** Throws `SpecError` with every error; `UserError` when there is no file or no such environment. */
export async function loadStack(options: LoadOptions): Promise<LoadedStack> {
  const { loaded, problems } = await inspectStack(options)
  if (loaded === undefined) throw new SpecError(options.file, problems, nextCommand('check', options.file, options.environment))
  return loaded
}

/** The same stack with another release: a directory's absolute path, or an image. Throws `UserError` when it can't be one; `flag` is what named it. */
export async function withRelease(loaded: LoadedStack, release: string, flag: string): Promise<LoadedStack> {
  const spec: Spec = { ...loaded.spec, app: { ...loaded.spec.app, release } }
  const { directory, environment } = loaded
  const [problem] = await checkRelease(spec, directory)
  if (problem !== undefined) throw new UserError(`${release} ${problem.message}`, { where: flag, next: problem.instead })
  return { ...loaded, spec, plan: await planOf(spec, directory, environment) }
}

async function planOf(spec: Spec, directory: string, environment: string): Promise<Plan> {
  const registryCa = await readRegistryCa(spec, directory)
  const { page: maintenance } = await readMaintenance(spec, directory)
  return planStack(spec, { environment, directory, maintenance, procfile: await readProcfile(spec, directory), ...(registryCa === undefined ? {} : { registryCa }) })
}

/** The same without throwing for errors in the spec. */
export async function inspectStack(options: LoadOptions): Promise<Inspection> {
  const { file } = options
  checkEnvironmentName(options.environment)
  const bytes = await readSpecFile(file)
  const directory = resolve(dirname(file))
  const draft = draftSpec(bytes, options)
  const { spec, environment } = draft
  const env = await readEnvFile(directory, environment)
  const problems = [...draft.problems]
  if (spec !== undefined) {
    if (options.environment !== undefined && !env.there) await checkEnvironmentExists(spec, directory, file, environment)
    const severity = options.values === 'optional' ? 'warn' : 'error'
    const values = [...(await checkEnvValues(spec, env, directory, environment, nextCommand('init', file, environment))), ...checkNotifyValues(spec, env, environment), ...checkRegistryValues(spec, env, environment), ...(await checkTlsFiles(spec, env, directory, environment, Date.now()))]
      .flatMap((value) => draft.place({ ...value, severity }))
      // A name that is wrong needs no value.
      .filter(({ path }) => !draft.problems.some((problem) => problem.path === path))
    problems.push(...[...(await checkRelease(spec, directory)), ...(await readMaintenance(spec, directory)).problems].flatMap(draft.place), ...values)
  }
  problems.push(...checkEnvFile(spec, env, join(dirname(file), 'env', `${environment}.env`)))
  const sorted = sortProblems(problems)
  if (spec === undefined || sorted.some((problem) => problem.severity === 'error')) return { environment, problems: sorted, loaded: undefined }
  const plan = await planOf(spec, directory, environment)
  return { environment, problems: sorted, loaded: { spec, plan, environment, envValues: env.values, directory, file, warnings: sorted } }
}

async function readSpecFile(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    const what = code === 'ENOENT' ? 'there is no spec here' : code === 'EISDIR' ? 'this is a directory, not a spec' : 'the spec cannot be read'
    throw new UserError(what, { where: file, next: code === 'ENOENT' ? 'regrow init, or name the spec with --file' : 'name the spec with --file', cause })
  }
}

/** The name becomes part of file names. */
function checkEnvironmentName(environment: string | undefined): void {
  if (environment === undefined || NAME_PATTERN.test(environment)) return
  throw new UserError('an environment has a name of 1 to 30 characters: a to z, 0 to 9 and hyphens inside', { where: '--env', next: 'regrow check --env staging' })
}

/** A mistyped --env must not quietly mean "nothing differs". */
async function checkEnvironmentExists(spec: Spec, directory: string, file: string, environment: string): Promise<void> {
  if (Object.hasOwn(spec.environments, environment)) return
  if ((await stat(secretsFile(directory, environment)).catch(() => undefined)) !== undefined) return
  const known = Object.keys(spec.environments)
  throw new UserError(`there is no environment ${environment}${known.length === 0 ? '' : ` (the spec names ${known.join(', ')})`}`, {
    where: '--env',
    next: nextCommand('init', file, environment),
  })
}
