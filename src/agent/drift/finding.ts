/** A difference that was found once; only one that is found twice in a row is reported. */
import type { DriftItem } from '../api.ts'

export interface Finding {
  readonly kind: DriftItem['kind']
  readonly what: string
  readonly change: DriftItem['change']
  /** What a person may have written in `healing.driftIgnore` to mean it. */
  readonly names: readonly string[]
}
