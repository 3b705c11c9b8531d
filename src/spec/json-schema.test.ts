import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import type { SchemaNode } from './json-schema.ts'
import { publishedSchema, schemaAt, shapeOf } from './json-schema.ts'

test('schema/regrow.schema.json is what the code checks (rewrite it with -u)', async () => {
  const file = resolve(import.meta.dirname, '../../schema/regrow.schema.json')
  await expect(`${JSON.stringify(publishedSchema(), null, 2)}\n`).toMatchFileSnapshot(file)
})

test('every key has a description, and no unknown key is allowed anywhere', () => {
  const bare: string[] = []
  const open: string[] = []
  const walk = (node: SchemaNode, path: string): void => {
    if (node.description === undefined && !path.endsWith('|')) bare.push(path)
    if (node.properties !== undefined && node.additionalProperties !== false) open.push(path)
    for (const [key, inner] of Object.entries(node.properties ?? {})) walk(inner, `${path}.${key}`)
    if (typeof node.additionalProperties === 'object') walk(node.additionalProperties, `${path}.*`)
    if (node.items !== undefined) walk(node.items, `${path}[]`)
    for (const branch of node.anyOf ?? []) walk(branch, `${path}|`)
  }
  walk(publishedSchema(), '')
  expect(bare).toEqual([])
  expect(open).toEqual([])
})

test('nothing of our own vocabulary is published', () => {
  expect(JSON.stringify(publishedSchema())).not.toContain('"shape"')
})

test.each([
  [['app', 'health', 'rise'], 'an integer, 1 or more'],
  [['app', 'port'], 'an integer from 1024 to 65535'],
  [['healing', 'mode'], 'one of act, observe'],
  [['healing', 'confirm'], 'a duration from 1s to 1h'],
  [['environments', 'x', 'allowSinglePoints'], 'true or false'],
  [['machines', 'web-1', 'size', 'cpus'], 'a number from 0.1 to 256'],
  [['machines', 0, 'name'], 'a name of 1 to 30 characters: a to z, 0 to 9 and hyphens inside'],
  [['sizes', 'app'], 'a group of keys: cpus, memoryMb, diskGb'],
])('%j should be %s', (path, shape) => {
  expect(shapeOf(schemaAt(path) ?? {})).toBe(shape)
})
