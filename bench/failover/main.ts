/** `npm run bench:failover`: three recipes in one lab stack, trial by trial in turns, with the same clients and the same faults. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { hostNow } from '../host.ts'
import { siteLeftIn } from '../lab-site.ts'
import { destroyStack, raiseStack } from '../lab-stack.ts'
import { readResults } from '../results-file.ts'
import { runTrials } from '../run-trials.ts'
import { remaining, schedule } from '../schedule.ts'
import { FAULT_NAMES } from './faults.ts'
import { enterRecipe } from './enter-recipe.ts'
import { readOptions, type BenchOptions } from './options.ts'
import { RECIPE_NAMES } from './recipes.ts'
import { readReport, writeReport } from './report.ts'
import type { TrialResult } from './result.ts'
import { openSite } from './site.ts'
import { specText } from './stack.ts'
import { runTrial } from './trial.ts'

const ROOT = process.env['REGROW_ROOT'] ?? process.cwd()

async function bench(options: BenchOptions): Promise<void> {
  const { dir, resume, minutes, keep, json } = options
  const file = join(dir, 'results.jsonl')
  if (!resume) rmSync(file, { force: true })
  const orders = remaining(schedule(options), readResults<TrialResult>(file))
  const site = (resume ? await siteLeftIn(dir, openSite) : undefined) ?? (await openSite(await raiseStack(ROOT, dir, specText(ROOT))))
  try {
    await runTrials(orders, {
      file,
      minutes,
      enter: ({ recipe }) => enterRecipe(site, recipe),
      run: (order) => runTrial(site, order),
      title: ({ fault, recipe }) => `${FAULT_NAMES[fault]}, ${RECIPE_NAMES[recipe]}`,
      outcome: ({ gapMs, errors, unknown, lost, loadAverage }) => `${(gapMs / 1000).toFixed(2)} s, ${errors} errors, ${unknown} unknown, ${lost} lost; load ${loadAverage.toFixed(1)}`,
    })
    // Whole, and with Regrow at work: as it was found.
    if (keep) await enterRecipe(site, 'regrow')
  } finally {
    await site.connection.close()
  }
  writeReport(ROOT, json, { host: hostNow(), trials: readResults(file) })
  if (!keep) await destroyStack(ROOT, dir)
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options?.reportOnly === true) writeReport(ROOT, options.json, readReport(ROOT, options.json))
  else if (options !== null) await bench(options)
} catch (error) {
  process.stderr.write(`✗ ${error instanceof Error ? error.message : String(error)}\n  next: npm run bench:failover -- --resume\n`)
  process.exitCode = 1
}
