/** What check, plan, init and schema print, and how they exit. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { Command } from 'commander'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { registerCheck } from './check.ts'
import { registerInit } from './init.ts'
import { registerPlan } from './plan.ts'
import { registerSchema } from './schema.ts'

const ROOT = resolve(import.meta.dirname, '../..')
let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'regrow-cli-'))
  vi.stubEnv('REGROW_IDENTITY_FILE', join(directory, 'identity.txt'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  process.exitCode = undefined
  await rm(directory, { recursive: true })
})

async function regrow(...argv: string[]): Promise<{ out: string; code: number }> {
  process.exitCode = undefined
  let out = ''
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    out += String(chunk)
    return true
  })
  const program = new Command('regrow')
  for (const register of [registerCheck, registerPlan, registerInit, registerSchema]) register(program)
  await program.parseAsync(argv, { from: 'user' }).finally(() => spy.mockRestore())
  return { out: stripVTControlCharacters(out).replaceAll(directory, 'DIR'), code: process.exitCode ?? 0 }
}

/** The examples as someone who cloned the repository would have them, with secrets of their own. */
async function example(name: string): Promise<string> {
  await cp(join(ROOT, 'examples', name, 'regrow.yaml'), join(directory, name, 'regrow.yaml'))
  await cp(join(ROOT, 'examples/ledger/Procfile'), join(directory, 'ledger/Procfile'))
  return join(directory, name, 'regrow.yaml')
}

test.each(['standard', 'compact', 'custom'])('examples/%s: init, check, plan', async (name) => {
  const file = await example(name)
  expect((await regrow('check', '-f', file)).code).toBe(2)
  expect((await regrow('init', '--dir', join(directory, name))).out).toContain(`Next: regrow check --file DIR/${name}/regrow.yaml`)
  expect(await regrow('check', '-f', file)).toMatchObject({ code: 0, out: expect.stringMatching(/^ok {2}DIR/) })
  const plan = await regrow('plan', '-f', file)
  expect(plan.code).toBe(0)
  await expect(plan.out).toMatchFileSnapshot(join(import.meta.dirname, 'testdata', `plan-${name}.txt`))
  expect(await readFile(file, 'utf8')).toMatch(/^# yaml-language-server: \$schema=\.\.\/\.\.\/schema\/regrow\.schema\.json\n/)
})

test('an environment that accepts what it cannot survive', async () => {
  const file = await example('standard')
  await writeFile(file, `${await readFile(file, 'utf8')}environments: { dev: { allowSinglePoints: true, entry: { machines: 1 } } }\n`)
  await regrow('init', '--dir', join(directory, 'standard'), '--env', 'dev')
  const check = await regrow('check', '-f', file, '-e', 'dev')
  expect(check.code).toBe(0)
  expect(check.out).toContain('warning: environments.dev.entry.machines: entry-1 is the only machine with the role entry')
  expect(check.out).toContain('environment dev: 6 machines, 1 warning')
  const plan = await regrow('plan', '-f', file, '-e', 'dev')
  expect(plan.out).not.toContain('No single point of failure')
})

test('check counts, exits with 2, and gives the same as JSON', async () => {
  const file = join(ROOT, 'test/bad-specs/addresses.yaml')
  const check = await regrow('check', '-f', file)
  expect(check.code).toBe(2)
  expect(check.out.trimEnd().split('\n').at(-1)).toBe(`8 errors in ${file}, environment lab`)
  const json = await regrow('check', '-f', file, '--json')
  expect(json.code).toBe(2)
  const problems = JSON.parse(json.out) as unknown[]
  expect(problems).toHaveLength(8)
  expect(problems[0]).toEqual({
    severity: 'error', file, line: 5, column: 15, path: 'entry.vip',
    message: '10.77.0.0 is taken by the network itself', instead: 'write: vip: 10.77.0.10',
  })
})

test('a long list is cut for people, not for programs', async () => {
  const file = join(directory, 'regrow.yaml')
  await writeFile(file, Array.from({ length: 300 }, (_, index) => `key-${index}: 1`).join('\n'))
  expect((await regrow('check', '-f', file)).out).toContain('more (--json has them all)')
  expect((JSON.parse((await regrow('check', '-f', file, '--json')).out) as unknown[]).length).toBeGreaterThan(300)
})

test('plan --json is the plan', async () => {
  const file = await example('standard')
  const plan = JSON.parse((await regrow('plan', '-f', file, '--json')).out) as { machines: unknown[] }
  expect(plan.machines).toHaveLength(7)
})

test('plan refuses a spec with errors', async () => {
  await expect(regrow('plan', '-f', join(ROOT, 'test/bad-specs/addresses.yaml'))).rejects.toMatchObject({ name: 'UserError' })
})

test('init as JSON, and a path of one’s own for the release', async () => {
  const { out } = await regrow('init', '--dir', join(directory, 'shop'), '--release', join(directory, 'app'), '--layout', 'compact', '--json')
  expect(JSON.parse(out)).toMatchObject({ environment: 'lab', namesWithoutValue: [], steps: [{ did: 'created', file: 'DIR/shop/regrow.yaml' }, {}, {}, {}, {}] })
  const spec = await readFile(join(directory, 'shop/regrow.yaml'), 'utf8')
  expect(spec).toContain('stack: shop\n')
  expect(spec).toContain('release: ../app ')
  expect(spec).toContain('layout: compact')
})

test('schema prints what is published', async () => {
  expect((await regrow('schema')).out).toBe(await readFile(join(ROOT, 'schema/regrow.schema.json'), 'utf8'))
})
