/** Checks where the entry machines' certificate is to come from, and that what the user brings is what it must be. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { judgePair } from '../certificates/judge.ts'
import type { SpecPath } from '../plan/layout.ts'
import { keySource } from '../plan/tls.ts'
import type { EnvFile } from './env-file.ts'
import type { Spec } from './schema.ts'
import type { PathProblem } from './structure.ts'
import { writeLine } from './words.ts'

const MAILBOX = /^[^\s@<>,;"]+@[^\s@<>,;"]+$/

const error = (key: SpecPath, message: string, instead: string, at: PathProblem['at'] = 'value'): PathProblem => ({ severity: 'error', path: ['entry', ...key], at, message, instead })

export const checkTls = (spec: Spec): PathProblem[] => [...checkAliases(spec), ...checkSources(spec), ...checkAcme(spec)]

function checkAliases({ entry: { domain, aliases } }: Spec): PathProblem[] {
  return aliases.flatMap((alias, index) => (alias === domain || aliases.indexOf(alias) < index ? [error(['aliases', index], `${alias} is named twice`, 'leave it out')] : []))
}

/** Exactly one of the two. */
function checkSources({ entry: { tls } }: Spec): PathProblem[] {
  if (tls === undefined) return []
  const { acme, certificate, key } = tls
  const brought = certificate !== undefined || key !== undefined
  if (acme !== undefined) return brought ? [error(['tls', certificate === undefined ? 'key' : 'certificate'], 'says nothing beside acme', 'keep acme, or certificate and key', 'key')] : []
  if (!brought) return [error(['tls'], 'says nothing', 'write acme: with email: under it, or certificate: and key:')]
  return [
    ...(certificate === undefined ? [error(['tls'], 'needs certificate beside key', writeLine('certificate', './acme.example.pem'))] : []),
    ...(key === undefined ? [error(['tls'], 'needs key beside certificate', writeLine('key', 'TLS_KEY'))] : []),
  ]
}

function checkAcme({ entry: { domain, aliases, tls } }: Spec): PathProblem[] {
  const acme = tls?.acme
  if (acme === undefined) return []
  const local = (name: string): boolean => !name.includes('.')
  return [
    ...(MAILBOX.test(acme.email) ? [] : [error(['tls', 'acme', 'email'], 'should be an e-mail address', writeLine('email', 'ops@acme.example'))]),
    ...(URL.canParse(acme.directory) && new URL(acme.directory).protocol === 'https:' ? [] : [error(['tls', 'acme', 'directory'], 'should be an address that starts with https://', 'leave it out for Let\'s Encrypt')]),
    ...(local(domain) ? [error(['domain'], `${domain} is no name that an authority could reach`, writeLine('domain', `${domain}.example`))] : []),
    ...aliases.flatMap((alias, index) => (local(alias) ? [error(['aliases', index], `${alias} is no name that an authority could reach`, `write: ${alias}.example`)] : [])),
  ]
}

/** Names of the environment file that the certificate needs. */
export function tlsEnvNames({ entry: { tls } }: Spec): readonly string[] {
  if (tls?.key === undefined) return []
  const source = keySource(tls.key, '/')
  return 'env' in source ? [source.env] : []
}

/** Reads what `entry.tls` names; `directory` is absolute. Neither file's content is ever quoted. */
export async function checkTlsFiles(spec: Spec, env: EnvFile, directory: string, environment: string, nowMs: number): Promise<PathProblem[]> {
  const { domain, aliases, tls } = spec.entry
  if (tls === undefined) return []
  const read = (path: string): Promise<string | undefined> => readFile(resolve(directory, path), 'utf8').catch(() => undefined)
  if (tls.acme?.ca !== undefined && !/-----BEGIN CERTIFICATE-----/.test((await read(tls.acme.ca)) ?? '')) {
    return [error(['tls', 'acme', 'ca'], `${resolve(directory, tls.acme.ca)} is no PEM file with a certificate`, 'write the path of a PEM file, relative to this one')]
  }
  if (tls.certificate === undefined || tls.key === undefined) return []
  const chainPem = await read(tls.certificate)
  if (chainPem === undefined) return [error(['tls', 'certificate'], `${resolve(directory, tls.certificate)} cannot be read`, 'write the path of a PEM file, relative to this one')]
  const source = keySource(tls.key, directory)
  const keyPem = 'env' in source ? env.values[source.env] : await read(source.path)
  if (keyPem === undefined) {
    return [error(['tls', 'key'], 'env' in source ? `${source.env} has no value in the environment ${environment}` : `${source.path} cannot be read`, 'env' in source ? `add a line ${source.env}="-----BEGIN PRIVATE KEY-----\\n…" to env/${environment}.env; a file is written ./${source.env}` : 'write the path of a PEM file, relative to this one')]
  }
  const verdict = judgePair({ chainPem, keyPem }, [domain, ...aliases], nowMs)
  return verdict === null ? [] : [error(['tls', verdict.about], verdict.message, verdict.instead)]
}
