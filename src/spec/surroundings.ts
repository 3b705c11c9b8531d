/** What a spec needs beside itself: the release directory, the environment file and the secrets. */
import { readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { UserError } from '../lib/errors.ts'
import { readSecrets, secretsFile } from '../secrets/store.ts'
import { checkNotifyAddresses, notifyNames } from './check-notify.ts'
import { checkProcessCommands } from './check-processes.ts'
import { checkRegistryCa, registryNames } from './check-registry.ts'
import { tlsEnvNames } from './check-tls.ts'
import type { EnvFile } from './env-file.ts'
import { parseEnvFile } from './env-file.ts'
import { meantImage, releasedImage } from './image-reference.ts'
import type { SpecProblem } from './problem.ts'
import { parseProcfile } from './procfile.ts'
import type { Spec } from './schema.ts'
import type { PathProblem } from './structure.ts'
import { didYouMean, writeLine } from './words.ts'

const ENV_FILE_BYTES_MAX = 256 * 1024

/** An environment without a file has no values; that is no error. */
export async function readEnvFile(directory: string, environment: string): Promise<EnvFile & { readonly there: boolean }> {
  const file = join(directory, 'env', `${environment}.env`)
  const nothing = { values: {}, lines: new Map<string, number>(), problems: [] }
  let bytes: Buffer
  try {
    bytes = await readFile(file)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { ...nothing, there: false }
    throw new UserError('the environment file cannot be read', { where: file, next: `make ${file} a file that you may read`, cause })
  }
  if (bytes.includes(0) || bytes.length > ENV_FILE_BYTES_MAX) {
    return { ...nothing, there: true, problems: [{ line: 1, column: 1, message: 'is no text file of NAME=value lines', instead: 'write one NAME=value a line' }] }
  }
  return { ...parseEnvFile(bytes.toString('utf8')), there: true }
}

/** `directory` is absolute. */
export async function checkRelease(spec: Spec, directory: string): Promise<PathProblem[]> {
  const error = (message: string, instead: string): PathProblem[] => [{ severity: 'error', path: ['app', 'release'], at: 'value', message, instead }]
  if (releasedImage(spec.app.release) !== undefined) return [...(await checkRegistryCa(spec, directory)), ...checkProcessCommands(spec, null)]
  const release = resolve(directory, spec.app.release)
  const found = await stat(release).catch(() => undefined)
  const meant = found === undefined ? meantImage(spec.app.release) : undefined
  if (meant !== undefined) return error('is no directory here, and an image names its registry and a tag or a whole digest', writeLine('release', meant))
  if (found === undefined) return error(`there is no directory ${release}`, 'write the path of your application, relative to this file')
  if (!found.isDirectory()) return error(`${release} is not a directory`, 'write the path of the directory that holds your application')
  if (`${directory}/`.startsWith(release.endsWith('/') ? release : `${release}/`)) {
    return error('holds this spec and its environment files: the whole directory goes to the app machines', 'move the application to a directory of its own, such as ./release')
  }
  const procfile = await readProcfile(spec, directory)
  const web = spec.app.command ?? procfile['web']
  return [
    ...(web === undefined ? error('nothing says how to start the application', 'write: command: … under app:, or a line web: … in a Procfile in the release') : []),
    ...checkProcessCommands(spec, procfile),
  ]
}

/** Its lines; none without one. `directory` is absolute. */
export const readProcfile = async (spec: Spec, directory: string): Promise<Readonly<Record<string, string>>> =>
  parseProcfile(await readFile(join(resolve(directory, spec.app.release), 'Procfile'), 'utf8').catch(() => ''))

/** The page goes to the entry machines as it is. */
const PAGE_BYTES_MAX = 128 * 1024

/** Content of `entry.maintenance`; null: there is none. */
export async function readMaintenance(spec: Spec, directory: string): Promise<{ readonly page: string | null; readonly problems: readonly PathProblem[] }> {
  const { maintenance } = spec.entry
  if (maintenance === undefined) return { page: null, problems: [] }
  const wrong = (message: string, instead: string): { page: null; problems: PathProblem[] } => ({ page: null, problems: [{ severity: 'error', path: ['entry', 'maintenance'], at: 'value', message, instead }] })
  const file = resolve(directory, maintenance)
  const bytes = await readFile(file).catch(() => undefined)
  if (bytes === undefined) return wrong(`there is no readable file ${file}`, 'write the path of an HTML file, relative to this file, or leave it out')
  if (bytes.length > PAGE_BYTES_MAX) return wrong(`is larger than ${PAGE_BYTES_MAX / 1024} kB`, 'keep the page small, and its pictures outside or inline')
  if (bytes.includes(0)) return wrong('is no text file', 'write the path of an HTML file')
  return { page: bytes.toString('utf8'), problems: [] }
}

/** Every name in `app.env` needs a value, in the environment file or in the encrypted secrets; `init` is the command that makes those. */
export async function checkEnvValues(spec: Spec, env: EnvFile, directory: string, environment: string, init: string): Promise<PathProblem[]> {
  const open = spec.app.env.map((name, index) => ({ name, index })).filter(({ name }) => env.values[name] === undefined)
  if (open.length === 0) return []
  const generated = await generatedNames(directory, environment, init)
  const file = `env/${environment}.env`
  return open.filter(({ name }) => !generated.names.has(name)).map(({ name, index }): PathProblem => ({
    severity: 'error',
    path: ['app', 'env', index],
    at: 'value',
    message: `${name} has no value in the environment ${environment}${generated.why === undefined ? '' : `: ${generated.why}`}`,
    instead: generated.next ?? `add a line ${name}=… to ${file}`,
  }))
}

async function generatedNames(directory: string, environment: string, init: string): Promise<{ names: ReadonlySet<string>; why?: string; next?: string }> {
  const there = await stat(secretsFile(directory, environment)).catch(() => undefined)
  if (there === undefined) return { names: new Set(), next: `run: ${init}` }
  try {
    const secrets = await readSecrets(directory, environment)
    return { names: new Set(Object.keys(secrets.stack.env)) }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { names: new Set(), why: error.message, ...(error.next === undefined ? {} : { next: error.next }) }
  }
}

/** Mistakes in the environment file itself, and values that nobody asked for. `file` is as it is to appear in messages. */
export function checkEnvFile(spec: Spec | undefined, env: EnvFile, file: string): SpecProblem[] {
  const form = env.problems.map((problem): SpecProblem => ({ severity: 'error', file, path: '', ...problem }))
  if (spec === undefined) return form
  const wanted = [...spec.app.env, ...[...notifyNames(spec), ...registryNames(spec)].map(({ name }) => name), ...tlsEnvNames(spec)]
  const unused = Object.keys(env.values).filter((name) => !wanted.includes(name)).map((name): SpecProblem => {
    const meant = didYouMean(name, wanted.filter((one) => env.values[one] === undefined))
    return {
      severity: 'warn',
      file,
      line: env.lines.get(name) ?? 1,
      column: 1,
      path: name,
      message: `is neither in app.env, app.registry nor notify, so nobody gets it${meant === undefined ? '' : `: did you mean ${meant}?`}`,
      instead: meant === undefined ? 'add it to app.env, or leave it out' : `write: ${meant}=…`,
    }
  })
  return [...form, ...checkNotifyAddresses(spec, env, file), ...unused]
}
