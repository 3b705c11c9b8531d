/** A bench in a lab of its own: founds the stack, runs trials in their order, each in its recipe, keeps each outcome at once, and writes the report. */
import { readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { errorFields } from '../src/lib/log.ts'
import type { LabBenchOptions } from './command-line.ts'
import { hostNow, type Host } from './host.ts'
import { siteLeftIn, type LabSite } from './lab-site.ts'
import { destroyStack, raiseStack } from './lab-stack.ts'
import { appendResult, readResults } from './results-file.ts'
import { remaining, type Order } from './schedule.ts'

/** What it was measured on, and what came out. */
export interface Report<T> {
  readonly host: Host
  readonly trials: readonly T[]
}

/** `S`: the stack. `F`, `R`: names of faults and recipes. `T`: one trial's outcome. */
export interface LabBench<S extends LabSite, F extends string, R extends string, T extends Order<F, R>> {
  readonly specText: (root: string) => string
  readonly open: (specFile: string) => Promise<S>
  readonly orders: readonly Order<F, R>[]
  /** How Regrow itself runs the stack: what it is turned back into when it is kept. */
  readonly own: R
  readonly enter: (site: S, recipe: R) => Promise<unknown>
  readonly run: (site: S, order: Order<F, R>) => Promise<T>
  readonly title: (order: Order<F, R>) => string
  readonly outcome: (result: T) => string
  readonly writeReport: (root: string, file: string, report: Report<T>) => void
}

const ROOT = process.env['REGROW_ROOT'] ?? process.cwd()
const ATTEMPTS = 2

/** Never throws: says what went wrong and ends with 1. `begin` reads the command line; null: only the help was wanted. */
export async function runLabBench<S extends LabSite, F extends string, R extends string, T extends Order<F, R>>(name: string, begin: () => { readonly bench: LabBench<S, F, R, T>; readonly options: LabBenchOptions } | null): Promise<void> {
  try {
    const begun = begin()
    if (begun === null) return
    const { bench, options } = begun
    if (options.reportOnly) bench.writeReport(ROOT, options.json, JSON.parse(readFileSync(resolve(ROOT, options.json), 'utf8')) as Report<T>)
    else await measure(bench, options)
  } catch (error) {
    process.stderr.write(`✗ ${error instanceof Error ? error.message : String(error)}\n  next: npm run bench:${name} -- --resume\n`)
    process.exitCode = 1
  }
}

async function measure<S extends LabSite, F extends string, R extends string, T extends Order<F, R>>(bench: LabBench<S, F, R, T>, { dir, json, resume, keep, minutes }: LabBenchOptions): Promise<void> {
  const file = join(dir, 'results.jsonl')
  if (!resume) rmSync(file, { force: true })
  const orders = remaining(bench.orders, readResults<T>(file))
  const site = (resume ? await siteLeftIn(dir, bench.open) : undefined) ?? (await bench.open(await raiseStack(ROOT, dir, bench.specText(ROOT))))
  try {
    await runTrials(bench, site, orders, { file, untilMs: minutes === null ? Infinity : Date.now() + minutes * 60_000 })
    // Whole, and with Regrow at work: as it was found.
    if (keep) await bench.enter(site, bench.own)
  } finally {
    await site.connection.close()
  }
  const trials = readResults<T>(file)
  if (trials.length > 0) bench.writeReport(ROOT, json, { host: hostNow(), trials })
  if (!keep) await destroyStack(ROOT, dir)
}

async function runTrials<S extends LabSite, F extends string, R extends string, T extends Order<F, R>>({ enter, run, title, outcome }: LabBench<S, F, R, T>, site: S, orders: readonly Order<F, R>[], { file, untilMs }: { readonly file: string; readonly untilMs: number }): Promise<void> {
  let current: R | null = null
  for (const order of orders) {
    if (Date.now() > untilMs) return
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        if (current !== order.recipe) await enter(site, order.recipe)
        current = order.recipe
        const result = await run(site, order)
        appendResult(file, result)
        process.stderr.write(`${order.trial}  ${title(order)}: ${outcome(result)}\n`)
        break
      } catch (error) {
        // What state it left is not known: the recipe is entered anew.
        current = null
        process.stderr.write(`${order.trial}  ${title(order)}: no trial: ${JSON.stringify(errorFields(error))}\n`)
        if (attempt === ATTEMPTS) throw error
      }
    }
  }
}
