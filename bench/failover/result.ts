/** One trial's outcome. */
import type { Fault } from './faults.ts'
import type { RowVerdict } from './judge-rows.ts'
import type { Recipe } from './recipes.ts'
import type { Step } from './timeline.ts'

export interface TrialResult extends RowVerdict {
  readonly fault: Fault
  readonly recipe: Recipe
  readonly trial: number
  /** ISO 8601, when the fault came. */
  readonly at: string
  /** The host's load average over one minute, just before. */
  readonly loadAverage: number
  /** The longest time without an acknowledged write, from the fault until writes have flowed again for seconds. */
  readonly gapMs: number
  /** The same from then on, until the stack was whole again; null: not noted. */
  readonly laterGapMs: number | null
  /** The same before the fault: how fine the measurement is. */
  readonly steadyGapMs: number
  readonly errors: number
  readonly errorKinds: Readonly<Record<string, number>>
  /** Writes that were cut off under way: nobody said what became of them. */
  readonly unknown: number
  /** From the fault until there was a primary with a synchronous standby. */
  readonly wholeMs: number
  readonly etcdLeaderOnPrimary: boolean
  readonly timeline: readonly Step[]
}
