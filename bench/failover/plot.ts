/** Pure: the gaps of one fault's trials as SVG. */
import { COLOURS, stripPlot } from '../strip-plot.ts'
import { FAULT_NAMES, type Fault } from './faults.ts'
import { RECIPE_NAMES, RECIPES } from './recipes.ts'
import type { TrialResult } from './result.ts'

export const plotOf = (fault: Fault, trials: readonly TrialResult[]): string => stripPlot({
  title: FAULT_NAMES[fault],
  label: `${FAULT_NAMES[fault]}: time without an acknowledged write, by recipe`,
  caption: 'longest time without an acknowledged write, seconds (logarithmic); dot: a trial, bar: the median',
  strips: RECIPES.map((recipe) => ({ name: RECIPE_NAMES[recipe], colour: COLOURS[recipe], values: trials.filter((one) => one.fault === fault && one.recipe === recipe).map(({ gapMs }) => gapMs) })),
})
