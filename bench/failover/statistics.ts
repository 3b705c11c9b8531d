/** Pure: what all trials of one fault with one recipe come to. */
import { quantile } from '../quantile.ts'
import type { Fault } from './faults.ts'
import type { Recipe } from './recipes.ts'
import type { TrialResult } from './result.ts'

export interface Cell {
  readonly fault: Fault
  readonly recipe: Recipe
  readonly n: number
  /** Milliseconds. The median of an even number is the lower of the two in the middle. */
  readonly gap: { readonly median: number; readonly min: number; readonly max: number }
  /** The same before the fault, median: what the host's own pauses come to. */
  readonly steadyMs: number
  /** The same after writes flowed again and until the stack was whole; null: not noted. */
  readonly laterMs: number | null
  readonly errors: { readonly median: number; readonly max: number }
  readonly unknown: { readonly median: number; readonly max: number }
  /** Over all trials. */
  readonly acked: number
  readonly lost: number
  readonly duplicates: number
  readonly loadAverage: { readonly min: number; readonly max: number }
  /** Median until there was a standby again, ms. */
  readonly wholeMs: number
  /** How many times longer the usual recipe's median is; null without it. */
  readonly ratio: number | null
}

/** In the order of `faults` and `recipes`; cells without a trial are left out. */
export function cellsOf(results: readonly TrialResult[], faults: readonly Fault[], recipes: readonly Recipe[]): Cell[] {
  return faults.flatMap((fault) => {
    const of = (recipe: Recipe): TrialResult[] => results.filter((result) => result.fault === fault && result.recipe === recipe)
    const usual = of('usual').map(({ gapMs }) => gapMs)
    return recipes.flatMap((recipe) => (of(recipe).length === 0 ? [] : [cellOf(fault, recipe, of(recipe), usual)]))
  })
}

function cellOf(fault: Fault, recipe: Recipe, results: readonly TrialResult[], usual: readonly number[]): Cell {
  const at = (of: (result: TrialResult) => number, q: number): number => quantile(results.map(of), q)
  const sum = (of: (result: TrialResult) => number): number => results.reduce((total, result) => total + of(result), 0)
  const later = results.flatMap(({ laterGapMs }) => (laterGapMs === null ? [] : [laterGapMs]))
  const median = at(({ gapMs }) => gapMs, 0.5)
  return {
    fault,
    recipe,
    n: results.length,
    gap: { median, min: at(({ gapMs }) => gapMs, 0), max: at(({ gapMs }) => gapMs, 1) },
    steadyMs: at(({ steadyGapMs }) => steadyGapMs, 0.5),
    laterMs: later.length === 0 ? null : quantile(later, 0.5),
    errors: { median: at(({ errors }) => errors, 0.5), max: at(({ errors }) => errors, 1) },
    unknown: { median: at(({ unknown }) => unknown, 0.5), max: at(({ unknown }) => unknown, 1) },
    acked: sum(({ acked }) => acked),
    lost: sum(({ lost }) => lost),
    duplicates: sum(({ duplicates }) => duplicates),
    loadAverage: { min: at(({ loadAverage }) => loadAverage, 0), max: at(({ loadAverage }) => loadAverage, 1) },
    wholeMs: at(({ wholeMs }) => wholeMs, 0.5),
    ratio: usual.length === 0 ? null : quantile(usual, 0.5) / median,
  }
}
