/** Lays `environments.<name>` over the spec, and fills in for what is wrong so that the rest can still be checked. */
import type { SpecPath } from '../plan/layout.ts'
import { ROLES } from '../plan/types.ts'
import { exampleOf, schemaAt } from './json-schema.ts'
import type { Spec } from './schema.ts'
import { specSchema } from './schema.ts'
import { flatten, valueAt } from './structure.ts'

type Group = Record<string, unknown>

const isGroup = (value: unknown): value is Group => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Groups are merged key by key, everything else is replaced. */
export function overlay(spec: unknown, environment: string): unknown {
  const over = valueAt(spec, ['environments', environment])
  if (!isGroup(spec) || !isGroup(over)) return spec
  const { allowSinglePoints: _, ...changes } = over
  return merge(withoutOldLayout(spec, changes), changes)
}

/** A layout or machines of the environment's own stand in place of the counts and the layout below them. */
function withoutOldLayout(spec: Group, changes: Group): Group {
  const own = Object.hasOwn(changes, 'machines') ? 'machines' : Object.hasOwn(changes, 'layout') ? 'layout' : undefined
  if (own === undefined || (own === 'machines' && Object.hasOwn(spec, 'machines'))) return spec
  const { [own === 'machines' ? 'layout' : 'machines']: _, ...kept } = spec
  for (const role of ROLES) {
    const group = kept[role]
    if (!isGroup(group)) continue
    const { machines: __, ...rest } = group
    kept[role] = rest
  }
  return kept
}

function merge(below: Group, above: Group): Group {
  const merged: Group = { ...below }
  for (const [key, value] of Object.entries(above)) {
    const under = Object.hasOwn(below, key) ? below[key] : undefined
    const result = isGroup(value) && isGroup(under) ? merge(under, value) : value
    Object.defineProperty(merged, key, { value: result, enumerable: true, writable: true, configurable: true })
  }
  return merged
}

export interface Mended {
  readonly spec: Spec
  /** Where an example stands in for what was wrong or missing: no further complaint should rest on it. */
  readonly invented: readonly SpecPath[]
}

/** Undefined when too little of the spec is left to check. */
export function mend(value: unknown): Mended | undefined {
  if (!isGroup(value)) return undefined
  const draft = structuredClone(value)
  const invented: SpecPath[] = []
  // One round mends what is there; a second one what the first one put in place of a whole group.
  for (let round = 0; round < 3; round++) {
    const result = specSchema.safeParse(draft)
    if (result.success) return { spec: result.data, invented }
    for (const issue of flatten(result.error.issues)) {
      if (issue.keys !== undefined) {
        for (const key of issue.keys) remove(draft, [...issue.path, key])
      } else if (issue.code === 'invalid_key') {
        remove(draft, issue.path)
      } else {
        invented.push(issue.path)
        put(draft, issue.path, exampleOf(schemaAt(issue.path) ?? {}))
      }
    }
  }
  return undefined
}

function put(draft: Group, path: SpecPath, value: unknown): void {
  const parent = valueAt(draft, path.slice(0, -1))
  const key = path.at(-1)
  if (typeof parent === 'object' && parent !== null && key !== undefined) (parent as Group)[key] = value
}

function remove(draft: Group, path: SpecPath): void {
  const parent = valueAt(draft, path.slice(0, -1))
  const key = path.at(-1)
  if (typeof parent === 'object' && parent !== null && key !== undefined) delete (parent as Group)[key]
}
