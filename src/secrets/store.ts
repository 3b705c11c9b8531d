/** The operator's secrets on disk: env/<environment>.secrets.age beside the spec, encrypted to the operator's identity. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OperationError, UserError } from '../lib/errors.ts'
import { writeFileAtomic } from '../lib/write-file.ts'
import { generateKeyPem } from '../certificates/key.ts'
import { createFile } from './create-file.ts'
import { generateHintTokens } from './generate.ts'
import { identityFile, readIdentity } from './identity.ts'
import { seal, unseal } from './seal.ts'
import { parseOperatorSecrets } from './shape.ts'
import type { OperatorSecrets } from './types.ts'

export const secretsFile = (directory: string, environment: string): string => join(directory, 'env', `${environment}.secrets.age`)

/** Creates the file. Returns false, and changes nothing, when there is one: secrets that machines use are never replaced. */
export async function writeSecrets(directory: string, environment: string, secrets: OperatorSecrets): Promise<boolean> {
  const sealed = await seal(JSON.stringify(secrets), await readIdentity())
  return createFile(secretsFile(directory, environment), sealed)
}

/** Secrets of before hints get tokens for them, in the file too; nothing else in it changes. Returns the same secrets when they have them. */
export async function withHintTokens(directory: string, environment: string, secrets: OperatorSecrets): Promise<OperatorSecrets> {
  if (secrets.stack.hintTokens !== undefined) return secrets
  return completed(directory, environment, { ...secrets, stack: { ...secrets.stack, hintTokens: generateHintTokens() } })
}

/** The same for the key of the account with an ACME authority. */
export async function withAcmeAccount(directory: string, environment: string, secrets: OperatorSecrets): Promise<OperatorSecrets> {
  if (secrets.stack.acmeAccountKeyPem !== undefined) return secrets
  return completed(directory, environment, { ...secrets, stack: { ...secrets.stack, acmeAccountKeyPem: generateKeyPem() } })
}

async function completed(directory: string, environment: string, complete: OperatorSecrets): Promise<OperatorSecrets> {
  await writeFileAtomic(secretsFile(directory, environment), await seal(JSON.stringify(complete), await readIdentity()), { mode: 0o600 })
  return complete
}

/** Throws `UserError` when the file or the identity is missing, damaged, or they do not belong together. */
export async function readSecrets(directory: string, environment: string): Promise<OperatorSecrets> {
  const file = secretsFile(directory, environment)
  const sealed = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UserError(`the environment ${environment} has no secrets yet`, { where: file, next: `regrow init --env ${environment}`, cause })
  })
  const identity = await readIdentity()
  try {
    return parseOperatorSecrets(await unseal(sealed, identity))
  } catch (cause) {
    if (!(cause instanceof OperationError)) throw cause
    throw cause.code === 'UNSEAL'
      ? new UserError(`your age identity (${identityFile()}) does not open these secrets`, {
        where: file,
        next: 'say where the right identity is with REGROW_IDENTITY_FILE=<path>, or restore the file from your backup',
        cause,
      })
      : new UserError(cause.message, { where: file, next: 'restore the file from your backup', cause })
  }
}
