import { X509Certificate } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createFile } from './create-file.ts'
import { generateSecrets, randomPassword } from './generate.ts'
import { ensureIdentity, identityFile, readIdentity } from './identity.ts'
import { resolveStackSecrets } from './resolve.ts'
import { openForStack, seal, sealForStack } from './seal.ts'
import { readSecrets, secretsFile, withAcmeAccount, withHintTokens, writeSecrets } from './store.ts'
import type { StackSecrets } from './types.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'regrow-secrets-'))
  vi.stubEnv('REGROW_IDENTITY_FILE', join(directory, 'identity.txt'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(directory, { recursive: true })
})

test('passwords are long, different and safe in a URL', () => {
  const passwords = Array.from({ length: 200 }, randomPassword)
  expect(new Set(passwords).size).toBe(200)
  for (const password of passwords) {
    expect(password).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{42}$/)
    expect(encodeURIComponent(password)).toBe(password)
  }
})

test('generated secrets: every password differs, the issuing CA is signed by the root, each name has a value', async () => {
  const secrets = await generateSecrets('acme', ['SESSION_SECRET', 'API_KEY'])
  expect(new Set(Object.values(secrets.stack.passwords)).size).toBe(7)
  expect(Object.keys(secrets.stack.env)).toEqual(['SESSION_SECRET', 'API_KEY'])
  expect(secrets.stackKey).toMatch(/^AGE-SECRET-KEY-1/)
  const [root, issuing] = [new X509Certificate(secrets.rootCa.certificatePem), new X509Certificate(secrets.issuingCa.certificatePem)]
  expect(issuing.verify(root.publicKey)).toBe(true)
})

test('what is written is read again, encrypted and for the owner alone in between', async () => {
  expect(await ensureIdentity()).toBe(true)
  const secrets = await generateSecrets('acme', ['A'])
  expect(await writeSecrets(directory, 'lab', secrets)).toBe(true)
  expect(await readSecrets(directory, 'lab')).toEqual(secrets)
  const file = secretsFile(directory, 'lab')
  const text = await readFile(file, 'utf8')
  expect(text).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/)
  for (const value of [...Object.values(secrets.stack.passwords), secrets.stackKey]) expect(text).not.toContain(value)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('secrets and identities are never replaced', async () => {
  await ensureIdentity()
  const first = await generateSecrets('acme')
  await writeSecrets(directory, 'lab', first)
  expect(await writeSecrets(directory, 'lab', await generateSecrets('acme'))).toBe(false)
  expect(await readSecrets(directory, 'lab')).toEqual(first)
  const identity = await readIdentity()
  expect(await ensureIdentity()).toBe(false)
  expect(await readIdentity()).toBe(identity)
})

test('of many that create one file, one wins whole and nothing is left over', async () => {
  const file = join(directory, 'race')
  const results = await Promise.all(Array.from({ length: 20 }, (_, index) => createFile(file, `${index}`.repeat(1000))))
  expect(results.filter(Boolean)).toHaveLength(1)
  expect(await readFile(file, 'utf8')).toBe(`${results.indexOf(true)}`.repeat(1000))
  expect(await readdir(directory)).toEqual(['race'])
})

test('errors name the file and the next step, and hold no secret', async () => {
  const store = secretsFile(directory, 'lab')
  await expect(readSecrets(directory, 'lab')).rejects.toMatchObject({ name: 'UserError', where: store, next: 'regrow init --env lab' })
  await ensureIdentity()
  await writeSecrets(directory, 'lab', await generateSecrets('acme'))

  await chmod(identityFile(), 0o640)
  await expect(readSecrets(directory, 'lab')).rejects.toMatchObject({ name: 'UserError', next: `chmod 600 ${identityFile()}` })

  vi.stubEnv('REGROW_IDENTITY_FILE', join(directory, 'other.txt'))
  await expect(readSecrets(directory, 'lab')).rejects.toMatchObject({ name: 'UserError', where: join(directory, 'other.txt') })
  await ensureIdentity()
  await expect(readSecrets(directory, 'lab')).rejects.toMatchObject({ name: 'UserError', where: store, message: expect.stringContaining('does not open these secrets') })

  await writeFile(store, await seal('{"stackKey": "AGE-SECRET-KEY-1LEAK"}', await readIdentity()))
  const error = await readSecrets(directory, 'lab').catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ name: 'UserError', message: 'the decrypted secrets lack or misstate: rootCa, issuingCa, stack' })
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error as Error))).not.toContain('LEAK')

  await writeFile(identityFile(), 'not a key\n')
  await expect(readSecrets(directory, 'lab')).rejects.toMatchObject({ message: 'this file holds no age identity (a line AGE-SECRET-KEY-1…)' })
})

test('the identity is where REGROW_IDENTITY_FILE says, or in the home directory', () => {
  expect(identityFile({ REGROW_IDENTITY_FILE: '/x/y' })).toBe('/x/y')
  expect(identityFile({ HOME: '/home/ada' })).toBe('/home/ada/.config/regrow/identity.txt')
})

test('secrets for etcd open with the stack key only', async () => {
  const [mine, other] = [await generateSecrets('acme', ['A']), await generateSecrets('acme')]
  const secrets: StackSecrets = { ...mine.stack, provider: { TOKEN: 't' }, notify: { NTFY_URL: 'https://ntfy.example/t' }, registry: { REGISTRY_USER: 'u' } }
  const sealed = await sealForStack(secrets, mine.stackKey)
  expect(await openForStack(sealed, mine.stackKey)).toEqual(secrets)
  const { notify: _, registry: __, ...older } = secrets
  expect(await openForStack(await seal(JSON.stringify(older), mine.stackKey), mine.stackKey)).toEqual({ ...secrets, notify: {}, registry: {} })
  await expect(openForStack(sealed, other.stackKey)).rejects.toMatchObject({ code: 'UNSEAL' })
  await expect(openForStack(sealed.replace('A', 'B'), mine.stackKey)).rejects.toMatchObject({ code: 'UNSEAL' })
})

test('an environment file’s value wins over a generated one; only names in app.env go out', async () => {
  const secrets = await generateSecrets('acme', ['A', 'B', 'OLD'])
  const plan = { app: { env: ['A', 'B'] }, notify: [{ kind: 'ntfy', urlEnv: 'NTFY_URL' }, { kind: 'email', userEnv: null, passwordEnv: null }] } as unknown as Parameters<typeof resolveStackSecrets>[0]['plan']
  const resolved = resolveStackSecrets({ plan, environment: 'lab', envValues: { B: 'mine', UNUSED: 'x', NTFY_URL: 'https://ntfy.example/t' } }, secrets, { TOKEN: 't' })
  expect(resolved.env).toEqual({ A: secrets.stack.env['A'], B: 'mine' })
  expect(resolved.provider).toEqual({ TOKEN: 't' })
  expect(resolved.notify).toEqual({ NTFY_URL: 'https://ntfy.example/t' })
  expect(() => resolveStackSecrets({ plan, environment: 'lab', envValues: {} }, secrets, {})).toThrow('NTFY_URL has no value')
  const more = { app: { env: ['C'] }, notify: [] } as unknown as typeof plan
  expect(() => resolveStackSecrets({ plan: more, environment: 'lab', envValues: {} }, secrets, {})).toThrow('C has no value')
})

test('secrets of before there were hints get tokens once, and keep everything else', async () => {
  await ensureIdentity()
  const { hintTokens, ...stack } = (await generateSecrets('acme')).stack
  expect(new Set(Object.values(hintTokens ?? {})).size).toBe(3)
  const before = { ...(await generateSecrets('acme')), stack }
  await writeSecrets(directory, 'lab', before)
  const after = await withHintTokens(directory, 'lab', await readSecrets(directory, 'lab'))
  expect(after).toEqual({ ...before, stack: { ...stack, hintTokens: expect.any(Object) } })
  expect(await readSecrets(directory, 'lab')).toEqual(after)
  expect(await withHintTokens(directory, 'lab', after)).toBe(after)
  expect((await stat(secretsFile(directory, 'lab'))).mode & 0o777).toBe(0o600)
})

test('the key of the ACME account is made once, stays with the operator, and is the same after the stack is gone', async () => {
  await ensureIdentity()
  const before = await generateSecrets('acme')
  await writeSecrets(directory, 'lab', before)
  const after = await withAcmeAccount(directory, 'lab', await readSecrets(directory, 'lab'))
  expect(after).toEqual({ ...before, stack: { ...before.stack, acmeAccountKeyPem: expect.stringMatching(/^-----BEGIN PRIVATE KEY-----/) } })
  expect(await withAcmeAccount(directory, 'lab', await readSecrets(directory, 'lab'))).toEqual(after)
})

test('what stands behind entry.tls travels with the sealed secrets', async () => {
  const { stack, stackKey } = await generateSecrets('acme')
  const secrets: StackSecrets = { ...stack, provider: {}, notify: {}, registry: {}, entryTls: { kind: 'files', keyPem: 'KEY', chainPem: 'CHAIN' } }
  expect(await openForStack(await sealForStack(secrets, stackKey), stackKey)).toEqual(secrets)
  await expect(openForStack(await seal(JSON.stringify({ ...secrets, entryTls: { kind: 'files', keyPem: 'KEY' } }), stackKey), stackKey)).rejects.toMatchObject({ code: 'SHAPE', message: expect.not.stringContaining('KEY') })
})
