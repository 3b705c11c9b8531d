/** `npm run bench:front`: two recipes in one lab stack, trial by trial in turns, with the same visitors and the same events. */
import { runLabBench } from '../lab-bench.ts'
import { schedule, type Order } from '../schedule.ts'
import { enterRecipe } from './enter-recipe.ts'
import { runEvent } from './event-trial.ts'
import { readOptions } from './options.ts'
import { RECIPE_NAMES, type Recipe } from './recipes.ts'
import { writeReport } from './report.ts'
import { isEvent, type TrialResult } from './result.ts'
import { openSite, type Site } from './site.ts'
import { specText } from './stack.ts'
import { SUBJECT_NAMES, type Subject } from './subjects.ts'
import { runThroughput } from './throughput-trial.ts'

const runTrial = (site: Site, { fault, recipe, trial }: Order<Subject, Recipe>, seconds: number): Promise<TrialResult> =>
  fault === 'throughput' ? runThroughput(site, { fault, recipe, trial }, seconds) : runEvent(site, { fault, recipe, trial })

function outcome(result: TrialResult): string {
  const load = `load ${result.loadAverage.toFixed(1)}`
  if (!isEvent(result)) return `${result.rounds.map(({ path, way, perSecond, bad }) => `${path} ${way} ${perSecond.toFixed(0)}/s${bad === 0 ? '' : ` (${bad} bad)`}`).join(', ')}; ${load}`
  const { requests, failedAtFirst, failed, gapMs, p99Ms } = result.during
  return `of ${requests} GETs ${failedAtFirst} failed at first, ${failed} for good; gap ${(gapMs / 1000).toFixed(2)} s, p99 ${p99Ms} ms; ${load}`
}

await runLabBench('front', () => {
  const options = readOptions(process.argv.slice(2))
  return options === null ? null : {
    options,
    bench: {
      specText, open: openSite, orders: schedule(options), own: 'regrow' as const, enter: enterRecipe, run: (site, order) => runTrial(site, order, options.seconds),
      title: ({ fault, recipe }) => `${SUBJECT_NAMES[fault]}, ${RECIPE_NAMES[recipe]}`, outcome, writeReport,
    },
  }
})
