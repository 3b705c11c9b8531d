/** Compares what was acknowledged with what is there; pure. */
import type { AckedWrite } from './acked-log.ts'

/** Account id → balance minus all that came in plus all that went out: what it was opened with. Must never change. */
export type Openings = ReadonlyMap<string, number>

export interface ReadBack {
  readonly transferIds: ReadonlySet<string>
  readonly sqlIds: ReadonlySet<string>
  readonly openings: Openings
}

export interface Unknowns {
  readonly vipWrite: ReadonlySet<string>
  readonly sql: ReadonlySet<string>
}

export interface Verdict {
  readonly ackedWrites: number
  /** Acknowledged and not there: what a stack must never have. */
  readonly ackedLost: readonly AckedWrite[]
  /** Of the writes of unknown outcome. */
  readonly unknownDone: number
  readonly unknownNotDone: number
  /** Accounts whose balance no longer fits their transfers: one was applied twice, or by half. */
  readonly duplicates: number
}

export function judge(acked: readonly AckedWrite[], unknown: Unknowns, before: Openings, after: ReadBack): Verdict {
  const isThere = ({ path, id }: Pick<AckedWrite, 'path' | 'id'>): boolean => (path === 'sql' ? after.sqlIds : after.transferIds).has(id)
  const open = [...[...unknown.vipWrite].map((id) => ({ path: 'vipWrite' as const, id })), ...[...unknown.sql].map((id) => ({ path: 'sql' as const, id }))]
  const unknownDone = open.filter(isThere).length
  return {
    ackedWrites: acked.length,
    ackedLost: acked.filter((write) => !isThere(write)),
    unknownDone,
    unknownNotDone: open.length - unknownDone,
    duplicates: [...before].filter(([account, opening]) => after.openings.get(account) !== opening).length,
  }
}
