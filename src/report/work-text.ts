/** Pure: where the application's workers and jobs run, for people. */
import type { Facts } from '../agent/api.ts'

export interface WorkLine {
  /** `worker mailer (one)` */
  readonly what: string
  /** Machines, with what is odd about it there: `app-1 (failed)`. Empty: nowhere. */
  readonly where: readonly string[]
  readonly well: boolean
}

/** What runs once is where the lease is; all else is on every machine that has it. */
export function workLines(all: readonly Facts[]): readonly WorkLine[] {
  const first = all.find(({ work }) => work !== undefined)?.work?.processes ?? []
  return first.map(({ name, kind, one }): WorkLine => {
    const places = all.flatMap(({ machine, work }) => {
      const process = work?.processes.find((other) => other.name === name && other.kind === kind)
      return process === undefined || (one && work?.holdsLease !== true) ? [] : [{ machine, odd: oddity(kind, process.state) }]
    })
    return {
      what: `${kind} ${name}${one ? ' (one)' : ''}`,
      where: places.map(({ machine, odd }) => (odd === null ? machine : `${machine} (${odd})`)),
      well: places.length > 0 && places.every(({ odd }) => odd === null),
    }
  })
}

/** A job rests between two runs. */
const oddity = (kind: 'worker' | 'job', state: string): string | null =>
  state === 'active' || (kind === 'job' && state !== 'failed' && state !== 'unknown') ? null : state
