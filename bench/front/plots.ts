/** Pure: the pictures of docs/benchmarks.md, by name. */
import { barPlot } from '../bar-plot.ts'
import { COLOURS, stripPlot } from '../strip-plot.ts'
import { RECIPE_NAMES, RECIPES } from './recipes.ts'
import { isEvent, type TrialResult } from './result.ts'
import type { EventCell, RateCell } from './statistics.ts'
import { EVENTS, SUBJECT_NAMES, type Event } from './subjects.ts'
import { PATHS, WAY_NAMES } from './ways.ts'

export function plotsOf(events: readonly EventCell[], rates: readonly RateCell[], trials: readonly TrialResult[]): ReadonlyMap<string, string> {
  const seen = EVENTS.filter((event) => events.some((cell) => cell.event === event))
  return new Map([
    ...(rates.length === 0 ? [] : [['front-throughput.svg', throughputPlot(rates)] as const]),
    ...(events.length === 0 ? [] : [['front-failed.svg', failedPlot(events, seen)] as const]),
    ...seen.map((event) => [`front-${event}.svg`, gapPlot(event, trials)] as const),
  ])
}

const gapPlot = (event: Event, trials: readonly TrialResult[]): string => stripPlot({
  title: SUBJECT_NAMES[event],
  label: `${SUBJECT_NAMES[event]}: time without an answer, by recipe`,
  caption: 'longest time without a good answer, seconds (logarithmic); dot: a trial, bar: the median',
  strips: RECIPES.map((recipe) => ({ name: RECIPE_NAMES[recipe], colour: COLOURS[recipe], values: trials.filter(isEvent).filter((one) => one.fault === event && one.recipe === recipe).map(({ during }) => during.gapMs) })),
})

const failedPlot = (cells: readonly EventCell[], events: readonly Event[]): string => barPlot({
  title: 'GETs whose first try failed, of 200 a second',
  caption: 'median of the trials; in brackets: those that failed at a second try on a new connection, too',
  groups: events.map((event) => ({
    name: SUBJECT_NAMES[event],
    bars: cells.filter((cell) => cell.event === event).map(({ recipe, failedAtFirst, failed }) => ({ name: RECIPE_NAMES[recipe], colour: COLOURS[recipe], value: failedAtFirst.median, says: `${failedAtFirst.median} (${failed.median})` })),
  })),
})

const throughputPlot = (cells: readonly RateCell[]): string => barPlot({
  title: 'Requests a second with wrk',
  caption: 'median of the rounds; in brackets: the share of what both app machines do when asked directly',
  groups: PATHS.filter((path) => cells.some((cell) => cell.path === path)).map((path) => ({
    name: `GET ${path}`,
    bars: cells.filter((cell) => cell.path === path).map(({ recipe, way, perSecond, toApps }) => ({ name: `${RECIPE_NAMES[recipe]}: ${WAY_NAMES[way]}`, colour: COLOURS[recipe], value: perSecond.median, says: `${perSecond.median.toFixed(0)}${toApps === null ? '' : ` (${toApps.median.toFixed(2)})`}` })),
  })),
})
