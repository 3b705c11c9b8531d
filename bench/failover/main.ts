/** `npm run bench:failover`: three recipes in one lab stack, trial by trial in turns, with the same clients and the same faults. */
import { runLabBench } from '../lab-bench.ts'
import { schedule } from '../schedule.ts'
import { FAULT_NAMES } from './faults.ts'
import { enterRecipe } from './enter-recipe.ts'
import { readOptions } from './options.ts'
import { RECIPE_NAMES } from './recipes.ts'
import { writeReport } from './report.ts'
import type { TrialResult } from './result.ts'
import { openSite } from './site.ts'
import { specText } from './stack.ts'
import { runTrial } from './trial.ts'

const outcome = ({ gapMs, errors, unknown, lost, loadAverage }: TrialResult): string =>
  `${(gapMs / 1000).toFixed(2)} s, ${errors} errors, ${unknown} unknown, ${lost} lost; load ${loadAverage.toFixed(1)}`

await runLabBench('failover', () => {
  const options = readOptions(process.argv.slice(2))
  return options === null ? null : {
    options,
    bench: {
      specText, open: openSite, orders: schedule(options), own: 'regrow' as const, enter: enterRecipe, run: runTrial,
      title: ({ fault, recipe }) => `${FAULT_NAMES[fault]}, ${RECIPE_NAMES[recipe]}`, outcome, writeReport,
    },
  }
})
