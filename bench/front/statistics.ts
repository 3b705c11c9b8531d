/** Pure: what all trials of one event, or of one way to ask, come to with one recipe. Medians of an even number are the lower of the two in the middle. */
import { quantile } from '../quantile.ts'
import { RECIPES, type Recipe } from './recipes.ts'
import { isEvent, isRate, type EventResult, type RateResult, type Round, type TrialResult } from './result.ts'
import { EVENTS, type Event } from './subjects.ts'
import { PATHS, WAYS, type Path, type Way } from './ways.ts'

export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export interface EventCell {
  readonly event: Event
  readonly recipe: Recipe
  readonly n: number
  /** Over all trials. */
  readonly requests: number
  readonly failedAtFirst: Spread
  readonly failed: Spread
  readonly gapMs: Spread
  readonly p99Ms: Spread
  /** Before the event. */
  readonly steadyGapMs: Spread
  readonly steadyP99Ms: Spread
  /** Over all trials, after the event and until the stack was whole. */
  readonly laterFailedAtFirst: number
  readonly laterFailed: number
  /** Null: a loss. */
  readonly changeMs: Spread | null
  readonly wholeMs: Spread
  readonly loadAverage: Spread
}

export interface RateCell {
  readonly path: Path
  readonly way: Way
  readonly recipe: Recipe
  readonly n: number
  readonly perSecond: Spread
  readonly p50Ms: Spread
  readonly p99Ms: Spread
  /** Over all rounds. */
  readonly bad: number
  /** Of the rate to that of one app machine directly, and of both, in the same trial; null without those. */
  readonly toApp: Spread | null
  readonly toApps: Spread | null
  readonly loadAverage: Spread
}

export const spreadOf = (values: readonly number[]): Spread => ({ median: quantile(values, 0.5), min: quantile(values, 0), max: quantile(values, 1) })

/** Cells without a trial are left out. */
export function eventCells(trials: readonly TrialResult[]): EventCell[] {
  const events = trials.filter(isEvent)
  return EVENTS.flatMap((event) => RECIPES.flatMap((recipe) => {
    const own = events.filter((one) => one.fault === event && one.recipe === recipe)
    return own.length === 0 ? [] : [eventCell(event, recipe, own)]
  }))
}

function eventCell(event: Event, recipe: Recipe, trials: readonly EventResult[]): EventCell {
  const spread = (of: (trial: EventResult) => number | null): Spread => spreadOf(trials.map(of).filter((value) => value !== null))
  const sum = (of: (trial: EventResult) => number): number => trials.reduce((total, trial) => total + of(trial), 0)
  return {
    event,
    recipe,
    n: trials.length,
    requests: sum(({ during }) => during.requests),
    failedAtFirst: spread(({ during }) => during.failedAtFirst),
    failed: spread(({ during }) => during.failed),
    gapMs: spread(({ during }) => during.gapMs),
    p99Ms: spread(({ during }) => during.p99Ms),
    steadyGapMs: spread(({ before }) => before.gapMs),
    steadyP99Ms: spread(({ before }) => before.p99Ms),
    laterFailedAtFirst: sum(({ later }) => later.failedAtFirst),
    laterFailed: sum(({ later }) => later.failed),
    changeMs: trials.some(({ changeMs }) => changeMs !== null) ? spread(({ changeMs }) => changeMs) : null,
    wholeMs: spread(({ wholeMs }) => wholeMs),
    loadAverage: spread(({ loadAverage }) => loadAverage),
  }
}

export function rateCells(trials: readonly TrialResult[]): RateCell[] {
  const rates = trials.filter(isRate)
  return PATHS.flatMap((path) => RECIPES.flatMap((recipe) => WAYS.flatMap((way) => {
    const own = rates.filter((one) => one.recipe === recipe && roundOf(one, path, way) !== undefined)
    return own.length === 0 ? [] : [rateCell({ path, way, recipe }, own)]
  })))
}

const roundOf = ({ rounds }: RateResult, path: Path, way: Way): Round | undefined => rounds.find((round) => round.path === path && round.way === way)

function rateCell({ path, way, recipe }: Pick<RateCell, 'path' | 'way' | 'recipe'>, trials: readonly RateResult[]): RateCell {
  const rounds = trials.flatMap((trial) => roundOf(trial, path, way) ?? [])
  const ratios = (to: Way): Spread | null => {
    const found = trials.flatMap((trial) => {
      const [own, other] = [roundOf(trial, path, way), roundOf(trial, path, to)]
      return own === undefined || other === undefined ? [] : [own.perSecond / other.perSecond]
    })
    return found.length === 0 ? null : spreadOf(found)
  }
  return {
    path,
    way,
    recipe,
    n: rounds.length,
    perSecond: spreadOf(rounds.map(({ perSecond }) => perSecond)),
    p50Ms: spreadOf(rounds.map(({ p50Ms }) => p50Ms)),
    p99Ms: spreadOf(rounds.map(({ p99Ms }) => p99Ms)),
    bad: rounds.reduce((sum, { bad }) => sum + bad, 0),
    toApp: ratios('app'),
    toApps: ratios('apps'),
    loadAverage: spreadOf(trials.map(({ loadAverage }) => loadAverage)),
  }
}
