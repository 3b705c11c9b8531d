import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readSecrets } from '../secrets/store.ts'
import { draftSpec } from './draft.ts'
import { initializeStack, type InitResult } from './initialize.ts'
import { completeGitignore, starterSpec } from './starter.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'regrow-init-'))
  vi.stubEnv('REGROW_IDENTITY_FILE', join(directory, 'home', 'identity.txt'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(directory, { recursive: true })
})

const told = ({ steps }: InitResult): string[] => steps.map((step) => `${step.did} ${step.file.replace(`${directory}/`, '')}`)
const mode = async (file: string): Promise<string> => ((await stat(join(directory, file))).mode & 0o777).toString(8)

test('a stack from nothing', async () => {
  const result = await initializeStack({ directory, stack: 'shop' })
  expect(result.environment).toBe('lab')
  expect(told(result)).toEqual(['created regrow.yaml', 'created env/lab.env', 'created home/identity.txt', 'created env/lab.secrets.age', 'created .gitignore'])
  expect([await mode('env/lab.env'), await mode('env/lab.secrets.age'), await mode('home/identity.txt'), await mode('home')]).toEqual(['600', '600', '600', '700'])
  const secrets = await readSecrets(directory, 'lab')
  expect(Object.keys(secrets.stack.env)).toEqual(['SESSION_SECRET'])
  expect(await readFile(join(directory, '.gitignore'), 'utf8')).toBe('env/*.env\n.regrow/\n')
})

test('a second time nothing changes', async () => {
  await initializeStack({ directory, stack: 'shop' })
  const secrets = await readFile(join(directory, 'env/lab.secrets.age'))
  const again = await initializeStack({ directory, stack: 'other' })
  expect(told(again)).toEqual(['kept regrow.yaml', 'kept env/lab.env', 'kept env/lab.secrets.age', 'kept .gitignore'])
  expect(await readFile(join(directory, 'env/lab.secrets.age'))).toEqual(secrets)
})

test('a second environment gets secrets of its own', async () => {
  await initializeStack({ directory, stack: 'shop' })
  const staging = await initializeStack({ directory, environment: 'staging' })
  expect(told(staging)).toEqual(['kept regrow.yaml', 'created env/staging.env', 'kept home/identity.txt', 'created env/staging.secrets.age', 'kept .gitignore'])
  const [lab, other] = [await readSecrets(directory, 'lab'), await readSecrets(directory, 'staging')]
  expect(other.stack.passwords.postgresApp).not.toBe(lab.stack.passwords.postgresApp)
  expect(other.stackKey).not.toBe(lab.stackKey)
})

test('a name that came after the secrets is pointed out, unless the environment file has it', async () => {
  await initializeStack({ directory, stack: 'shop' })
  const file = join(directory, 'regrow.yaml')
  await writeFile(file, (await readFile(file, 'utf8')).replace('[SESSION_SECRET]', '[SESSION_SECRET, API_KEY, OTHER]'))
  await writeFile(join(directory, 'env/lab.env'), 'OTHER=1\n')
  expect((await initializeStack({ directory })).namesWithoutValue).toEqual(['API_KEY'])
})

test('a .gitignore is extended, not rewritten', () => {
  expect(completeGitignore('node_modules')).toBe('node_modules\nenv/*.env\n.regrow/\n')
  expect(completeGitignore('/env/*.env\n')).toBe('/env/*.env\n.regrow/\n')
  expect(completeGitignore('.regrow/\nenv/*.env\n')).toBeUndefined()
})

test('an existing spec that cannot say its name stops before anything is made', async () => {
  await writeFile(join(directory, 'regrow.yaml'), 'stack: NO\n')
  await expect(initializeStack({ directory })).rejects.toMatchObject({ name: 'UserError', next: `regrow check --file ${directory}/regrow.yaml` })
  await expect(stat(join(directory, 'env'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test('another operator’s identity is never made up for secrets that are there', async () => {
  await initializeStack({ directory, stack: 'shop' })
  vi.stubEnv('REGROW_IDENTITY_FILE', join(directory, 'elsewhere.txt'))
  await expect(initializeStack({ directory })).rejects.toMatchObject({ where: join(directory, 'elsewhere.txt') })
  await expect(stat(join(directory, 'elsewhere.txt'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test.each([
  [{ stack: 'No Good' }, '--stack'],
  [{ provider: 'aws' }, '--provider'],
  [{ environment: 'a/b' }, '--env'],
])('%j is refused', async (options, where) => {
  await expect(initializeStack({ directory, ...options })).rejects.toMatchObject({ name: 'UserError', where })
  await expect(stat(join(directory, 'regrow.yaml'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test('an image is named as it is, a directory from the spec', async () => {
  const releaseOf = async (release: string): Promise<string | undefined> => {
    const there = join(directory, release.replaceAll(/\W/g, '-'))
    await mkdir(there)
    await initializeStack({ directory: there, stack: 'shop', release })
    return /release: (\S+)/.exec(await readFile(join(there, 'regrow.yaml'), 'utf8'))?.[1]
  }
  expect(await releaseOf('ghcr.io/acme/shop:1.2')).toBe('ghcr.io/acme/shop:1.2')
  expect(await releaseOf(join(directory, 'next'))).toBe('../next')
})

test('a directory that is a file', async () => {
  await writeFile(join(directory, 'file'), '')
  await expect(initializeStack({ directory: join(directory, 'file') })).rejects.toMatchObject({ name: 'UserError', message: 'a file of the stack is in the way, or a part of this path is a file' })
})

test.each(['standard', 'compact'] as const)('the %s starter is a valid spec of less than 40 lines', (layout) => {
  const text = starterSpec({ stack: 'shop', provider: 'lab', layout, release: './release', schema: 'x.json' })
  expect(draftSpec(new TextEncoder().encode(text), { file: 'regrow.yaml' }).problems).toEqual([])
  expect(text.split('\n').length).toBeLessThan(40)
  expect(text.startsWith('# yaml-language-server: $schema=x.json\n')).toBe(true)
})
