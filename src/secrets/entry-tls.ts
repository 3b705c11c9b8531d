/** Reads what `entry.tls` names, for it to travel with the stack's secrets. */
import { readFile } from 'node:fs/promises'
import { judgePair } from '../certificates/judge.ts'
import { jwkThumbprint } from '../certificates/key.ts'
import { assert, UserError } from '../lib/errors.ts'
import { namesOf } from '../plan/entry-names.ts'
import type { EntryTls } from '../plan/types.ts'
import type { LoadedStack } from '../spec/load.ts'
import { withAcmeAccount } from './store.ts'
import type { EntryTlsSecrets, OperatorSecrets } from './types.ts'

/** Makes the account's key when the spec first asks for ACME. Undefined: the stack's own authority. */
export async function entryTlsOf(loaded: LoadedStack, secrets: OperatorSecrets): Promise<EntryTlsSecrets | undefined> {
  const { tls } = loaded.plan.entry
  if (tls === null) return undefined
  if (tls.kind === 'files') return bringFiles(tls, loaded)
  const { acmeAccountKeyPem } = (await withAcmeAccount(loaded.directory, loaded.environment, secrets)).stack
  assert(acmeAccountKeyPem !== undefined, 'there is an account key by now')
  return { kind: 'acme', accountKeyPem: acmeAccountKeyPem, thumbprint: jwkThumbprint(acmeAccountKeyPem), caPem: tls.ca === null ? null : await read(tls.ca, 'entry.tls.acme.ca') }
}

async function bringFiles(tls: Extract<EntryTls, { kind: 'files' }>, { plan, envValues, environment }: LoadedStack): Promise<EntryTlsSecrets> {
  const chainPem = await read(tls.certificate, 'entry.tls.certificate')
  const keyPem = 'env' in tls.key ? envValues[tls.key.env] : await read(tls.key.path, 'entry.tls.key')
  if (keyPem === undefined) throw new UserError('the key of the certificate has no value', { where: 'entry.tls.key', next: `add it to env/${environment}.env` })
  // The files may have changed since the spec was checked.
  const objection = judgePair({ chainPem, keyPem }, namesOf(plan), Date.now())
  if (objection !== null) throw new UserError(`entry.tls.${objection.about} ${objection.message}`, { where: tls.certificate, next: objection.instead })
  return { kind: 'files', keyPem, chainPem }
}

const read = (path: string, where: string): Promise<string> => readFile(path, 'utf8').catch((cause: unknown) => {
  throw new UserError(`${path} cannot be read`, { where, next: 'write the path of a PEM file, relative to the spec', cause })
})
