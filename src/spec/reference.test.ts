import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { draftSpec } from './draft.ts'
import { annotatedSpec } from './reference.ts'

const FILE = resolve(import.meta.dirname, '../../docs/reference/spec.md')

test('the annotated spec in the reference is what the schema says (rewrite it with -u)', async () => {
  const text = await readFile(FILE, 'utf8')
  const current = text.replace(/```yaml\n[^]*?```/, () => `\`\`\`yaml\n${annotatedSpec()}\n\`\`\``)
  await expect(current).toMatchFileSnapshot(FILE)
})

test('the annotated spec is a valid spec, in itself and in its environment', () => {
  const bytes = new TextEncoder().encode(annotatedSpec())
  expect(draftSpec(bytes, { file: 'spec.md' }).problems).toEqual([])
  expect(draftSpec(bytes, { file: 'spec.md', environment: 'staging' }).problems.filter((problem) => problem.severity === 'error')).toEqual([])
})

test('the commented-out machines are a valid layout too', () => {
  const lines = annotatedSpec().split('\n')
  const start = lines.findIndex((line) => line.startsWith('#   machines:'))
  const block = lines.slice(start, lines.indexOf('', start)).map((line) => line.replace(/^# {3}/, ''))
  const spec = annotatedSpec().replace(/^ {2}machines: .*$|^layout: .*$|^control:\n(?: .*\n)*/gm, '')
  const { problems } = draftSpec(new TextEncoder().encode(`${spec}\n${block.join('\n')}\n`), { file: 'spec.md' })
  const form = problems.filter((problem) => /should be|is not a key|is missing/.test(problem.message))
  expect(form).toEqual([])
})
