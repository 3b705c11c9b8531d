/** What the stack should be, as it is kept in etcd. */
import type { DirectoryRelease, ReleaseRef } from '../render/input.ts'
import type { DesiredRequest } from './api.ts'

export interface Desired extends DesiredRequest {
  /** Grows by one with every change; a stale plan is known by it. */
  readonly generation: number
}

/** Controllers from before there were images wrote releases without a kind: directories. */
export function readDesired(text: string): Desired {
  const desired = JSON.parse(text) as Omit<Desired, 'release'> & { readonly release: ReleaseRef | Omit<DirectoryRelease, 'kind'> }
  return { ...desired, release: 'kind' in desired.release ? desired.release : { kind: 'directory', ...desired.release } }
}
