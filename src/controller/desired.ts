/** What the stack should be, as it is kept in etcd. */
import type { DirectoryRelease, ReleaseRef } from '../render/input.ts'
import type { Plan } from '../plan/types.ts'
import type { Slot } from '../render/slots.ts'
import type { DesiredRequest } from './api.ts'

/** A release beside the one that has the users, as etcd keeps it. */
export interface DesiredBeside {
  readonly release: ReleaseRef
  readonly app: Plan['app']
  /** Only the environment in them counts. */
  readonly sealedSecrets: string
  /** `next`: it is to get the users once it is well. `before`: it had them, and may get them back. */
  readonly standing: 'next' | 'before'
}

export interface Desired extends DesiredRequest {
  /** Which of an app machine's two places has the users. Left out: blue. */
  readonly live?: Slot
  readonly beside?: DesiredBeside | null
  /** Grows by one with every change; a stale plan is known by it. */
  readonly generation: number
}

/** Controllers from before there were images wrote releases without a kind: directories. */
export function readDesired(text: string): Desired {
  const desired = JSON.parse(text) as Omit<Desired, 'release'> & { readonly release: ReleaseRef | Omit<DirectoryRelease, 'kind'> }
  return { ...desired, release: 'kind' in desired.release ? desired.release : { kind: 'directory', ...desired.release } }
}
