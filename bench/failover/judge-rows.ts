/** Pure: what was acknowledged against what is there. */
export interface RowVerdict {
  readonly acked: number
  /** Acknowledged and not there. */
  readonly lost: number
  /** Rows that are there more than once. */
  readonly duplicates: number
  /** Of the writes of unknown outcome. */
  readonly unknownDone: number
  readonly unknownNotDone: number
}

/** `rows`: id → how often it is there. */
export function judgeRows(acked: readonly string[], unknown: ReadonlySet<string>, rows: ReadonlyMap<string, number>): RowVerdict {
  const unknownDone = [...unknown].filter((id) => rows.has(id)).length
  return {
    acked: acked.length,
    lost: acked.filter((id) => !rows.has(id)).length,
    duplicates: [...rows.values()].filter((times) => times > 1).length,
    unknownDone,
    unknownNotDone: unknown.size - unknownDone,
  }
}
