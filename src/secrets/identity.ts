/** The operator's age identity: one file outside the repository, made at the first `regrow init`. */
import { chmod, mkdir, readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { UserError } from '../lib/errors.ts'
import { createFile } from './create-file.ts'

export function identityFile(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return env['REGROW_IDENTITY_FILE'] ?? join(env['HOME'] ?? homedir(), '.config', 'regrow', 'identity.txt')
}

/** `AGE-SECRET-KEY-1…`; accepts a file made by age-keygen too. */
export async function readIdentity(file = identityFile()): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UserError('the age identity that opens your secrets cannot be read', {
      where: file,
      next: 'put your identity there, or say where it is with REGROW_IDENTITY_FILE=<path>; for a new stack: regrow init',
      cause,
    })
  })
  const { mode } = await stat(file)
  if ((mode & 0o077) !== 0) {
    throw new UserError('the age identity may be read by others', { where: file, next: `chmod 600 ${file}` })
  }
  const identity = text.split('\n').map((line) => line.trim()).find((line) => line !== '' && !line.startsWith('#'))
  if (identity === undefined || !(await isIdentity(identity))) {
    throw new UserError('this file holds no age identity (a line AGE-SECRET-KEY-1…)', { where: file, next: 'restore it from your backup, or say where it is with REGROW_IDENTITY_FILE=<path>' })
  }
  return identity
}

/** Makes the file if there is none. Returns whether it did. */
export async function ensureIdentity(file = identityFile()): Promise<boolean> {
  const directory = dirname(file)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const identity = await generateIdentity()
  const text = `# Opens the secrets of your Regrow stacks. Keep a copy in a safe place: without it they are lost.\n# public key: ${await identityToRecipient(identity)}\n${identity}\n`
  const created = await createFile(file, text)
  if (created) await chmod(file, 0o600)
  return created
}

const isIdentity = (text: string): Promise<boolean> =>
  identityToRecipient(text).then(() => text.startsWith('AGE-SECRET-KEY-'), () => false)
