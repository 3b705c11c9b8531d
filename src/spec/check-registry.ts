/** Checks how the machines get in where a release that is an image is: `app.registry`. */
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { SpecPath } from '../plan/layout.ts'
import type { EnvFile } from './env-file.ts'
import type { Spec } from './schema.ts'
import type { PathProblem } from './structure.ts'
import { writeLine } from './words.ts'

const EXAMPLES = { user: 'REGISTRY_USER', password: 'REGISTRY_PASSWORD' } as const

const error = (path: SpecPath, at: PathProblem['at'], message: string, instead: string): PathProblem => ({ severity: 'error', path, at, message, instead })

export function checkRegistry({ app }: Spec): PathProblem[] {
  const { registry } = app
  if (registry === undefined) return []
  if ((registry.user === undefined) === (registry.password === undefined)) return []
  const [there, missing] = registry.user === undefined ? (['password', 'user'] as const) : (['user', 'password'] as const)
  return [error(['app', 'registry', there], 'key', `needs ${missing} beside it`, writeLine(missing, EXAMPLES[missing]))]
}

/** Where in the spec a name of the environment file stands. */
export const registryNames = ({ app }: Spec): { readonly name: string; readonly path: SpecPath }[] =>
  (['user', 'password'] as const).flatMap((key) => {
    const name = app.registry?.[key]
    return name === undefined ? [] : [{ name, path: ['app', 'registry', key] }]
  })

/** Every name needs a value in the environment file: nobody can make one up. */
export const checkRegistryValues = (spec: Spec, env: EnvFile, environment: string): PathProblem[] =>
  registryNames(spec).filter(({ name }) => env.values[name] === undefined).map(({ name, path }) =>
    error(path, 'value', `${name} has no value in the environment ${environment}`, `add a line ${name}=… to env/${environment}.env`))

/** The text of `app.registry.ca`; undefined without one, or when it can't be read. `directory` is absolute. */
export const readRegistryCa = async ({ app }: Spec, directory: string): Promise<string | undefined> =>
  app.registry?.ca === undefined ? undefined : readFile(resolve(directory, app.registry.ca), 'utf8').catch(() => undefined)

export async function checkRegistryCa(spec: Spec, directory: string): Promise<PathProblem[]> {
  const { ca } = spec.app.registry ?? {}
  if (ca === undefined) return []
  const text = await readRegistryCa(spec, directory)
  if (text === undefined) return [error(['app', 'registry', 'ca'], 'value', `there is no file ${resolve(directory, ca)} that can be read`, "write the path of the registry's CA certificate, relative to this file")]
  return isCertificate(text) ? [] : [error(['app', 'registry', 'ca'], 'value', `${resolve(directory, ca)} holds no certificate`, 'name a PEM file with -----BEGIN CERTIFICATE-----')]
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).subject !== undefined
  } catch {
    return false
  }
}
