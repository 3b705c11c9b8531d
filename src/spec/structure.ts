/** Checks the form of a spec: unknown and missing keys, wrong types, values out of range; all of them at once. */
import type * as z from 'zod'
import type { SpecPath } from '../plan/layout.ts'
import type { SchemaNode } from './json-schema.ts'
import { annotatedSchema, exampleOf, schemaAt, shapeOf } from './json-schema.ts'
import { correct, correctName } from './correct.ts'
import { didYouMean, writeLine } from './words.ts'
import { specSchema } from './schema.ts'

/** A problem before it is known where in which file it stands. */
export interface PathProblem {
  readonly severity: 'error' | 'warn'
  readonly path: SpecPath
  /** Point at the key (it is unknown, or something is missing below it) or at its value. */
  readonly at: 'key' | 'value'
  readonly message: string
  readonly instead: string
  /** Nothing is there to point at: the problem may vanish once broken YAML is mended. */
  readonly missing?: true
  /** A mistyped key's right path: that one is not missing then. */
  readonly meant?: SpecPath
}

export function checkStructure(value: unknown): PathProblem[] {
  const result = specSchema.safeParse(value)
  if (result.success) return []
  const problems = flatten(result.error.issues).flatMap((issue) => explain(issue, valueAt(value, issue.path)))
  const meant = new Set(problems.map((problem) => JSON.stringify(problem.meant)))
  return problems.filter((problem) => problem.missing !== true || !meant.has(JSON.stringify(problem.path)))
}

export interface Issue {
  readonly code: string
  readonly path: SpecPath
  readonly keys?: readonly string[]
}

/** Looks into unions: only the branch that fits the value's own type tells what is wrong. */
export function flatten(issues: readonly z.core.$ZodIssue[], above: SpecPath = []): Issue[] {
  return issues.flatMap((issue): Issue[] => {
    const path = [...above, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))]
    if (issue.code === 'invalid_union') {
      const fitting = issue.errors.find((branch) => branch.every((inner) => inner.path.length > 0 || inner.code !== 'invalid_type'))
      if (fitting !== undefined) return flatten(fitting, path)
    }
    return [{ code: issue.code, path, ...(issue.code === 'unrecognized_keys' ? { keys: issue.keys } : {}) }]
  })
}

function explain(issue: Issue, value: unknown): PathProblem[] {
  if (issue.code === 'unrecognized_keys') return (issue.keys ?? []).map((key) => unknownKey(issue.path, key))
  const key = String(issue.path.at(-1) ?? '')
  const node = schemaAt(issue.path)
  const base = { severity: 'error', path: issue.path } as const
  if (node === undefined) return [{ ...base, at: 'value', message: 'is not understood', instead: 'leave it out' }]
  if (issue.code === 'invalid_key') {
    const names = schemaAt(issue.path.slice(0, -1))
    const keyNode = names?.propertyNames ?? names?.anyOf?.find((branch) => branch.propertyNames !== undefined)?.propertyNames ?? {}
    return [{ ...base, at: 'key', message: `should be ${shapeOf(keyNode)}`, instead: `write: ${correctName(key, issue.path.slice(0, -1)) ?? String(exampleOf(keyNode))}:` }]
  }
  const line = (example: unknown): string => (typeof issue.path.at(-1) === 'number' ? `write: ${String(example)}` : writeLine(key, example))
  if (value === undefined) return [{ ...base, at: 'key', message: 'is missing', instead: line(exampleOf(node)), missing: true }]
  const example = correct(value, issue.path, node) ?? exampleOf(node)
  if (issue.path.length === 0) return [{ ...base, at: 'value', message: 'should be keys with values, such as stack: acme', instead: 'start with: regrow init' }]
  const instead = line(example)
  if (value === null) return [{ ...base, at: 'value', message: `is empty; should be ${shapeOf(node)}`, instead, missing: true }]
  return [{ ...base, at: 'value', message: `should be ${shapeOf(node)}`, instead }]
}

function unknownKey(parent: SpecPath, key: string): PathProblem {
  const base = { severity: 'error', path: [...parent, key], at: 'key' } as const
  const known = Object.keys(groupAt(parent)?.properties ?? {})
  const meant = didYouMean(key, known)
  if (meant !== undefined) return { ...base, message: `is not a key here: did you mean ${meant}?`, instead: `write: ${meant}:`, meant: [...parent, meant] }
  const elsewhere = pathsOf(key)
  if (elsewhere.length > 0) return { ...base, message: 'is not a key here', instead: `move it to ${elsewhere.join(' or ')}` }
  return { ...base, message: 'is not a key here', instead: `known here: ${known.join(', ')}` }
}

function groupAt(path: SpecPath): SchemaNode | undefined {
  const node = schemaAt(path)
  return node?.anyOf?.find((branch) => branch.properties !== undefined) ?? node
}

/** Groups at the top of the spec that have this key. */
function pathsOf(key: string): string[] {
  const top = annotatedSchema.properties ?? {}
  const below = Object.entries(top).filter(([, node]) => Object.hasOwn(node.properties ?? {}, key)).map(([group]) => `${group}.${key}`)
  return Object.hasOwn(top, key) ? ['the top level', ...below] : below
}

export function valueAt(value: unknown, path: SpecPath): unknown {
  let current = value
  for (const part of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part)) return undefined
    current = (current as Record<string | number, unknown>)[part]
  }
  return current
}
