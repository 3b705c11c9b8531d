/** Layouts: which machines a spec means, with their names, roles and sizes, before they have addresses and votes. */
import type { Spec } from '../spec/schema.ts'
import type { Role, Size } from './types.ts'
import { ROLES } from './types.ts'
import type { PartialSize } from './sizes.ts'
import { sizeOf } from './sizes.ts'

/** Where in the spec something stands: `['machines', 'web-1', 'address']`. */
export type SpecPath = readonly (string | number)[]

export interface LayoutMachine {
  readonly name: string
  readonly roles: readonly Role[]
  readonly size: Size
  /** The address that the spec asks for. */
  readonly address?: string
  readonly path: SpecPath
}

export type LayoutKind = 'standard' | 'compact' | 'custom'

export const DEFAULT_COUNTS: Readonly<Record<Role, number>> = { entry: 2, app: 2, database: 2, control: 1 }
const PREFIX: Readonly<Record<Role, string>> = { entry: 'entry', app: 'app', database: 'db', control: 'control' }
const NODE_ROLES: readonly Role[] = ['entry', 'app', 'database']
const COMPACT_NODES = 2

export const layoutKind = (spec: Spec): LayoutKind => (spec.machines === undefined ? (spec.layout ?? 'standard') : 'custom')

/** In the spec's order; names may repeat only if the spec's list repeats them. */
export function layoutMachines(spec: Spec): LayoutMachine[] {
  switch (layoutKind(spec)) {
    case 'standard':
      return ROLES.flatMap((role) => numbered(PREFIX[role], spec[role].machines ?? DEFAULT_COUNTS[role], [role], [role, 'machines'], spec))
    case 'compact':
      return [...numbered('node', COMPACT_NODES, NODE_ROLES, ['layout'], spec), ...numbered('control', 1, ['control'], ['layout'], spec)]
    case 'custom':
      return customMachines(spec)
  }
}

function numbered(prefix: string, count: number, roles: readonly Role[], path: SpecPath, spec: Spec): LayoutMachine[] {
  const size = sizeOf(roles, spec.sizes)
  return Array.from({ length: count }, (_, index) => ({ name: `${prefix}-${index + 1}`, roles, size, path }))
}

interface CustomMachine {
  readonly roles: readonly Role[]
  readonly address?: string | undefined
  readonly size?: PartialSize | undefined
}

function customMachines(spec: Spec): LayoutMachine[] {
  const written = spec.machines ?? {}
  const listed: [string, string | number, CustomMachine][] = Array.isArray(written)
    ? written.map((machine, index) => [machine.name, index, machine])
    : Object.entries(written).map(([name, machine]) => [name, name, machine])
  return listed.map(([name, key, machine]) => ({
    name,
    roles: ROLES.filter((role) => machine.roles.includes(role)),
    size: sizeOf(machine.roles, spec.sizes, machine.size),
    ...(machine.address === undefined ? {} : { address: machine.address }),
    path: ['machines', key],
  }))
}
