/** The spec's shape as JSON Schema: for editors, for the reference, and for what our own messages say of each key. */
import * as z from 'zod'
import type { SpecPath } from '../plan/layout.ts'
import { specSchema } from './schema.ts'

/** The part of JSON Schema (draft 7) that the spec uses, and `shape`, which completes "should be …". */
export interface SchemaNode {
  $schema?: string
  $id?: string
  title?: string
  type?: string
  description?: string
  shape?: string
  default?: unknown
  examples?: unknown[]
  enum?: string[]
  pattern?: string
  minimum?: number
  maximum?: number
  properties?: Record<string, SchemaNode>
  required?: string[]
  additionalProperties?: boolean | SchemaNode
  propertyNames?: SchemaNode
  items?: SchemaNode
  minItems?: number
  maxItems?: number
  anyOf?: SchemaNode[]
}

/** With `shape`, for our own use. */
export const annotatedSchema = z.toJSONSchema(specSchema, {
  io: 'input',
  target: 'draft-7',
  override: ({ jsonSchema }) => {
    // A group that may be left out is described by its keys' defaults; `{}` would only puzzle.
    if (jsonSchema.type === 'object' && JSON.stringify(jsonSchema.default) === '{}') delete jsonSchema.default
    // zod writes out the bounds of exact integers.
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
  },
}) as SchemaNode

/** As published: plain JSON Schema. */
export function publishedSchema(): SchemaNode {
  const copy = JSON.parse(JSON.stringify(annotatedSchema, (key, value: unknown) => (key === 'shape' && typeof value === 'string' ? undefined : value))) as SchemaNode
  const { $schema, ...rest } = copy
  return { ...($schema === undefined ? {} : { $schema }), title: 'regrow.yaml', ...rest }
}

/** The node that a path leads to; `sample` decides between a map and a list where both are allowed. */
export function schemaAt(path: SpecPath): SchemaNode | undefined {
  let node: SchemaNode | undefined = annotatedSchema
  for (const part of path) node = node === undefined ? undefined : child(node, part)
  return node
}

function child(node: SchemaNode, part: string | number): SchemaNode | undefined {
  for (const branch of node.anyOf ?? [node]) {
    if (typeof part === 'number' && branch.items !== undefined) return branch.items
    const key = String(part)
    if (branch.properties !== undefined && Object.hasOwn(branch.properties, key)) return branch.properties[key]
    if (typeof part === 'string' && typeof branch.additionalProperties === 'object') return branch.additionalProperties
  }
  return undefined
}

/** Completes the sentence "should be …". */
export function shapeOf(node: SchemaNode): string {
  if (node.shape !== undefined) return node.shape
  if (node.enum !== undefined) return `one of ${node.enum.join(', ')}`
  if (node.type === 'integer') return `an integer${range(node)}`
  if (node.type === 'number') return `a number${range(node)}`
  if (node.type === 'boolean') return 'true or false'
  if (node.properties !== undefined) return `a group of keys: ${Object.keys(node.properties).join(', ')}`
  return 'something else'
}

function range({ minimum, maximum }: SchemaNode): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`
  return minimum === undefined ? '' : `, ${minimum} or more`
}

/** An example value: the default, the first example, or for a group its required keys. */
export function exampleOf(node: SchemaNode): unknown {
  if (node.default !== undefined && !(Array.isArray(node.default) && node.default.length === 0)) return node.default
  if (node.examples?.[0] !== undefined) return node.examples[0]
  const keys = node.required ?? Object.keys(node.properties ?? {}).slice(0, 1)
  return Object.fromEntries(keys.map((key) => [key, exampleOf(node.properties?.[key] ?? {})]))
}
