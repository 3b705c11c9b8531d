/** Sets up a stack's files: spec, environment file, secrets, identity; creates what is missing and never touches what is there. */
import { appendFile, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { OperationError, UserError } from '../lib/errors.ts'
import { createFile } from '../secrets/create-file.ts'
import { generateSecrets } from '../secrets/generate.ts'
import { ensureIdentity, identityFile } from '../secrets/identity.ts'
import { readSecrets, secretsFile, writeSecrets } from '../secrets/store.ts'
import { accepts } from './accepts.ts'
import type { Draft } from './draft.ts'
import { draftSpec } from './draft.ts'
import { NAME_PATTERN } from './fields.ts'
import { releasedImage } from './image-reference.ts'
import { DEFAULT_FILE, nextCommand } from './next-command.ts'
import { SpecError } from './problem.ts'
import type { Starter } from './starter.ts'
import { readEnvFile } from './surroundings.ts'
import { completeGitignore, starterEnvFile, starterSpec } from './starter.ts'

export interface InitOptions extends Partial<Omit<Starter, 'schema'>> {
  readonly directory: string
  readonly environment?: string | undefined
}

export interface InitStep {
  readonly file: string
  readonly did: 'created' | 'extended' | 'kept'
  readonly what: string
}

export interface InitResult {
  readonly environment: string
  readonly steps: readonly InitStep[]
  /** Names in app.env that have no generated value because the secrets were there before them. */
  readonly namesWithoutValue: readonly string[]
}

export async function initializeStack(options: InitOptions): Promise<InitResult> {
  checkOptions(options)
  const file = join(options.directory, DEFAULT_FILE)
  const directory = resolve(options.directory)
  try {
    const spec: InitStep = { file, did: did(await createFile(file, starterText(options), 0o644)), what: 'the spec' }
    const draft = draftSpec(await readFile(file), { file, environment: options.environment })
    const { environment } = draft
    const { stack, names } = essentials(file, draft)
    const envFile = join(options.directory, 'env', `${environment}.env`)
    const env: InitStep = { file: envFile, did: did(await createFile(envFile, starterEnvFile(environment, names))), what: 'values for app.env; not for the repository' }
    const secrets = await initializeSecrets(options.directory, directory, environment, stack, names)
    return { environment, steps: [spec, env, ...secrets.steps, await extendGitignore(options.directory)], namesWithoutValue: secrets.namesWithoutValue }
  } catch (cause) {
    throw cause instanceof UserError || cause instanceof OperationError ? cause : asUserError(cause, options.directory)
  }
}

const did = (created: boolean): 'created' | 'kept' => (created ? 'created' : 'kept')

function checkOptions(options: InitOptions): void {
  for (const key of ['stack', 'provider', 'layout', 'release'] as const) {
    const value = options[key]
    if (value !== undefined && !accepts([key === 'release' ? 'app' : key, ...(key === 'release' ? [key] : [])], value)) {
      throw new UserError(`${value} is no ${key} that a spec can have`, { where: `--${key}`, next: 'regrow init --help' })
    }
  }
  if (options.environment !== undefined && !NAME_PATTERN.test(options.environment)) {
    throw new UserError('an environment has a name of 1 to 30 characters: a to z, 0 to 9 and hyphens inside', { where: '--env', next: 'regrow init --env staging' })
  }
}

function starterText(options: InitOptions): string {
  const directory = resolve(options.directory)
  return starterSpec({
    stack: options.stack ?? stackName(directory),
    provider: options.provider ?? 'lab',
    layout: options.layout ?? 'standard',
    release: relativeRelease(options.release, directory),
    schema: schemaFrom(directory),
  })
}

/** The directory's own name where it can be one. */
function stackName(directory: string): string {
  const name = basename(directory).toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').slice(0, 30).replaceAll(/^-+|-+$/g, '')
  return NAME_PATTERN.test(name) ? name : 'acme'
}

/** `--release` is relative to where the command is typed, the line in the spec to the spec; an image is neither. */
function relativeRelease(release: string | undefined, directory: string): string {
  if (release === undefined) return './release'
  if (releasedImage(release) !== undefined) return release
  const path = relative(directory, resolve(release))
  return path.startsWith('..') ? path : `./${path}`
}

/** A relative path where Regrow is installed near the spec (it then works on every checkout), an absolute one otherwise. */
function schemaFrom(directory: string): string {
  const schema = join(packageRoot(), 'schema', 'regrow.schema.json')
  const path = relative(directory, schema)
  const up = path.split('/').filter((part) => part === '..').length
  const depth = directory.split('/').filter((part) => part !== '').length
  return up < Math.min(depth, 4) ? path : schema
}

/** Works from the sources (src/spec/) and from the bundle (dist/) alike. */
const packageRoot = (): string => {
  const here = dirname(fileURLToPath(import.meta.url))
  return basename(here) === 'dist' ? dirname(here) : resolve(here, '../..')
}

/** What secrets need of the spec; a spec that can't be trusted to say it stops here. */
function essentials(file: string, { spec, problems }: Draft): { stack: string; names: readonly string[] } {
  const doubtful = problems.filter(({ severity, path }) => severity === 'error' && (path === '' || path === 'stack' || path === 'provider' || path.startsWith('app.env')))
  if (spec === undefined || doubtful.length > 0) throw new SpecError(file, problems, nextCommand('check', file))
  return { stack: spec.stack, names: spec.app.env }
}

async function initializeSecrets(shown: string, directory: string, environment: string, stack: string, names: readonly string[]): Promise<{ steps: InitStep[]; namesWithoutValue: string[] }> {
  const file = join(shown, 'env', basename(secretsFile(directory, environment)))
  const what = 'passwords, keys and certificates, encrypted to your identity'
  const identity = identityFile()
  if (await exists(secretsFile(directory, environment))) {
    // Read, so that a missing or wrong identity is found today and not in an emergency.
    const secrets = await readSecrets(directory, environment)
    const { values } = await readEnvFile(directory, environment)
    const open = names.filter((name) => secrets.stack.env[name] === undefined && values[name] === undefined)
    return { steps: [{ file, did: 'kept', what }], namesWithoutValue: open }
  }
  const created = await ensureIdentity(identity)
  const wrote = await writeSecrets(directory, environment, await generateSecrets(stack, names))
  const identityStep: InitStep = { file: identity, did: did(created), what: created ? 'your age identity: keep a copy in a safe place' : 'your age identity' }
  return { steps: [identityStep, { file, did: did(wrote), what }], namesWithoutValue: [] }
}

async function extendGitignore(shown: string): Promise<InitStep> {
  const file = join(shown, '.gitignore')
  const step = { file, what: 'keeps plain values out of the repository' }
  const text = await readFile(file, 'utf8').catch(() => undefined)
  const complete = completeGitignore(text ?? '')
  if (complete === undefined) return { ...step, did: 'kept' }
  if (text === undefined) return { ...step, did: did(await createFile(file, complete, 0o644)) }
  await appendFile(file, complete.slice(text.length))
  return { ...step, did: 'extended' }
}

const exists = (file: string): Promise<boolean> => stat(file).then(() => true, () => false)

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'you may not write here',
  EROFS: 'this file system is read-only',
  ENOSPC: 'there is no space left on this file system',
  ENOTDIR: 'a file of the stack is in the way, or a part of this path is a file',
  EEXIST: 'a file of the stack is in the way, or a part of this path is a file',
  EISDIR: 'a directory is in the way of a file of the stack',
}

function asUserError(cause: unknown, directory: string): unknown {
  const { code = '', path } = cause as NodeJS.ErrnoException
  const reason = REASONS[code]
  return reason === undefined ? cause : new UserError(reason, { where: path ?? directory, next: 'regrow init --dir <another directory>', cause })
}
