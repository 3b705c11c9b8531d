/** How big a machine is: what its roles need, unless the spec says otherwise. */
import type { Role, Size } from './types.ts'

export type PartialSize = { readonly [K in keyof Size]?: Size[K] | undefined }

export const DEFAULT_SIZES: Readonly<Record<Role, Size>> = {
  entry: { cpus: 1, memoryMb: 512, diskGb: 10 },
  app: { cpus: 1, memoryMb: 1024, diskGb: 10 },
  database: { cpus: 2, memoryMb: 2048, diskGb: 20 },
  control: { cpus: 1, memoryMb: 1024, diskGb: 10 },
}

/** Memory and disk are used at the same time and add up; cores are shared, so the largest need counts. */
export function sizeOf(roles: readonly Role[], sizes: Readonly<Partial<Record<Role, PartialSize | undefined>>>, own: PartialSize = {}): Size {
  const needs = roles.map((role) => ({ ...DEFAULT_SIZES[role], ...defined(sizes[role] ?? {}) }))
  return {
    cpus: own.cpus ?? Math.max(...needs.map((need) => need.cpus)),
    memoryMb: own.memoryMb ?? needs.reduce((sum, need) => sum + need.memoryMb, 0),
    diskGb: own.diskGb ?? needs.reduce((sum, need) => sum + need.diskGb, 0),
  }
}

const defined = (size: PartialSize): Partial<Size> =>
  Object.fromEntries(Object.entries(size).filter(([, value]) => value !== undefined))
