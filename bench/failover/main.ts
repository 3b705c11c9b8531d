/** `npm run bench:failover`: three recipes in one lab stack, trial by trial in turns, with the same clients and the same faults. */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../../src/lib/errors.ts'
import { errorFields } from '../../src/lib/log.ts'
import { FAULT_NAMES } from './faults.ts'
import { enterRecipe } from './enter-recipe.ts'
import { readOptions, type BenchOptions } from './options.ts'
import { RECIPE_NAMES, type Recipe } from './recipes.ts'
import { hostNow, readReport, writeReport } from './report.ts'
import { appendResult, readResults } from './result.ts'
import { remaining, schedule } from './schedule.ts'
import { openSite, type Site } from './site.ts'
import { destroyStack, raiseStack } from './stack.ts'
import { runTrial, type TrialOrder } from './trial.ts'

const ROOT = process.env['REGROW_ROOT'] ?? process.cwd()
const ATTEMPTS = 2

async function bench(options: BenchOptions): Promise<void> {
  const results = join(options.dir, 'results.jsonl')
  if (!options.resume) rmSync(results, { force: true })
  const orders = remaining(schedule(options), readResults(results))
  const site = await siteOf(options)
  try {
    await runAll(site, orders, options, results)
    // Whole, and with Regrow at work: as it was found.
    if (options.keep) await enterRecipe(site, 'regrow')
  } finally {
    await site.connection.close()
  }
  writeReport(ROOT, options.json, { host: hostNow(), trials: readResults(results) })
  if (!options.keep) await destroyStack(ROOT, options.dir)
}

/** A stack that an interrupted run has left may be without its controllers: it is taken as it is. */
async function siteOf({ dir, resume }: BenchOptions): Promise<Site> {
  const left = join(dir, 'regrow.yaml')
  if (resume && existsSync(left)) {
    const site = await openSite(left).catch((error: unknown) => {
      if (error instanceof UserError) return undefined
      throw error
    })
    if (site !== undefined) return site
  }
  return openSite(await raiseStack(ROOT, dir))
}

async function runAll(site: Site, orders: readonly TrialOrder[], { minutes }: BenchOptions, file: string): Promise<void> {
  const untilMs = minutes === null ? Infinity : Date.now() + minutes * 60_000
  let current: Recipe | null = null
  for (const order of orders) {
    if (Date.now() > untilMs) return
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        if (current !== order.recipe) await enterRecipe(site, order.recipe)
        current = order.recipe
        const result = await runTrial(site, order)
        appendResult(file, result)
        process.stderr.write(`${order.trial}  ${FAULT_NAMES[order.fault]}, ${RECIPE_NAMES[order.recipe]}: ${(result.gapMs / 1000).toFixed(2)} s, ${result.errors} errors, ${result.unknown} unknown, ${result.lost} lost; load ${result.loadAverage.toFixed(1)}\n`)
        break
      } catch (error) {
        // What state it left is not known: the recipe is entered anew.
        current = null
        process.stderr.write(`${order.trial}  ${FAULT_NAMES[order.fault]}, ${RECIPE_NAMES[order.recipe]}: no trial: ${JSON.stringify(errorFields(error))}\n`)
        if (attempt === ATTEMPTS) throw error
      }
    }
  }
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options?.reportOnly === true) writeReport(ROOT, options.json, readReport(ROOT, options.json))
  else if (options !== null) await bench(options)
} catch (error) {
  process.stderr.write(`✗ ${error instanceof Error ? error.message : String(error)}\n  next: npm run bench:failover -- --resume\n`)
  process.exitCode = 1
}
