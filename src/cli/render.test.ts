import { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { registerRender } from './render.ts'

const SPEC = join(import.meta.dirname, '../../examples/standard/regrow.yaml')
let directory: string
let printed: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'regrow-render-'))
  printed = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text)
    return true
  })
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(directory, { recursive: true, force: true })
})

async function render(...args: readonly string[]): Promise<void> {
  const program = new Command().exitOverride()
  registerRender(program)
  await program.parseAsync(['render', '--file', SPEC, ...args], { from: 'user' })
}

test('writes every machine, Terraform and a sample of user-data, without a secret', async () => {
  const out = join(directory, 'rendered')
  await render('--out', out, '--json')
  const { files } = JSON.parse(printed) as { files: string[] }
  expect(files).toEqual(expect.arrayContaining(['entry-1/etc/nginx/nginx.conf', 'db-2/manifest.json', 'terraform/main.tf.json', 'user-data.yaml']))
  for (const file of files) expect(readFileSync(join(out, file), 'utf8')).not.toContain('regrowSecretStandsHere')
  expect(readFileSync(join(out, 'app-1/etc/regrow/app.env'), 'utf8')).toContain('SESSION_SECRET="<secret>"')
})

test('a second run leaves nothing of the first', async () => {
  await render('--out', directory)
  writeFileSync(join(directory, 'app-1', 'stale'), '')
  await render('--out', directory)
  expect(existsSync(join(directory, 'app-1', 'stale'))).toBe(false)
})

test('a directory with files of somebody else is refused, and stays as it was', async () => {
  writeFileSync(join(directory, 'thesis.txt'), 'years of work')
  await expect(render('--out', directory)).rejects.toMatchObject({ message: expect.stringContaining('has other files in it'), next: expect.stringContaining('regrow render --out') })
  expect(readFileSync(join(directory, 'thesis.txt'), 'utf8')).toBe('years of work')
})
