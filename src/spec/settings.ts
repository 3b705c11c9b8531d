/** Lists every setting of a spec with its value, and which of them are defaults. */
import { DEFAULT_COUNTS, layoutKind } from '../plan/layout.ts'
import { ROLES } from '../plan/types.ts'
import { schemaAt } from './json-schema.ts'
import type { Spec } from './schema.ts'
import { valueAt } from './structure.ts'
import { flow } from './words.ts'

export interface Setting {
  /** `app.health.rise` */
  readonly path: string
  /** As it would be written in the spec. */
  readonly value: string
  /** The value is what it would be without the line. */
  readonly isDefault: boolean
}

const GROUPS = ['entry', 'app', 'database', 'control', 'healing'] as const

/** In the reference's order; sizes and machines are in the plan's table instead. */
export function listSettings(spec: Spec, operators: readonly string[]): Setting[] {
  const filled = withCounts(spec)
  const top: Setting = { path: 'operators', value: flow([...operators]), isDefault: spec.operators === undefined }
  return [top, ...GROUPS.flatMap((group) => settingsBelow(filled, [group]))]
}

function settingsBelow(spec: unknown, path: readonly string[]): Setting[] {
  return Object.keys(schemaAt(path)?.properties ?? {}).flatMap((key): Setting[] => {
    const below = [...path, key]
    const node = schemaAt(below)
    if (node?.properties !== undefined) return settingsBelow(spec, below)
    const value = valueAt(spec, below)
    if (value === undefined) return []
    const fallback = key === 'machines' ? DEFAULT_COUNTS[path[0] as keyof typeof DEFAULT_COUNTS] : node?.default
    return [{ path: below.join('.'), value: flow(value), isDefault: flow(value) === flow(fallback) }]
  })
}

/** Only the standard layout counts. */
function withCounts(spec: Spec): unknown {
  if (layoutKind(spec) !== 'standard') return spec
  return { ...spec, ...Object.fromEntries(ROLES.map((role) => [role, { ...spec[role], machines: spec[role].machines ?? DEFAULT_COUNTS[role] }])) }
}
