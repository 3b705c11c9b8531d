/** One trial's outcome. */
import type { Recipe } from './recipes.ts'
import type { Event } from './subjects.ts'
import type { VisitFigures } from './visit-figures.ts'
import type { Path, Rate, Way } from './ways.ts'

interface Trial {
  readonly recipe: Recipe
  readonly trial: number
  /** ISO 8601, when it began. */
  readonly at: string
  /** The host's load average over one minute, just before. */
  readonly loadAverage: number
}

export interface EventResult extends Trial {
  readonly fault: Event
  /** From the event until it was over, or had been watched for long enough. */
  readonly during: VisitFigures
  /** The same before the event: what the host's own pauses account for. */
  readonly before: VisitFigures
  /** The same from then on, until the stack was whole again. */
  readonly later: VisitFigures
  /** How long the deploy or rollback took; null: a loss. */
  readonly changeMs: number | null
  /** From the event until the stack was whole. */
  readonly wholeMs: number
}

export interface Round extends Rate {
  readonly path: Path
  readonly way: Way
}

export interface RateResult extends Trial {
  readonly fault: 'throughput'
  readonly rounds: readonly Round[]
}

export type TrialResult = EventResult | RateResult

export const isEvent = (result: TrialResult): result is EventResult => result.fault !== 'throughput'
export const isRate = (result: TrialResult): result is RateResult => result.fault === 'throughput'
