/** Runs trials in their order, each in its recipe, and keeps each outcome at once. */
import { errorFields } from '../src/lib/log.ts'
import { appendResult } from './results-file.ts'
import type { Order } from './schedule.ts'

export interface TrialsRun<O, T> {
  /** Where the outcomes are kept. */
  readonly file: string
  /** No trial begins later than that; null: all that are wanted. */
  readonly minutes: number | null
  readonly enter: (order: O) => Promise<unknown>
  readonly run: (order: O) => Promise<T>
  readonly title: (order: O) => string
  readonly outcome: (result: T) => string
}

const ATTEMPTS = 2

export async function runTrials<O extends Order<string, string>, T>(orders: readonly O[], { file, minutes, enter, run, title, outcome }: TrialsRun<O, T>): Promise<void> {
  const untilMs = minutes === null ? Infinity : Date.now() + minutes * 60_000
  let current: string | null = null
  for (const order of orders) {
    if (Date.now() > untilMs) return
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        if (current !== order.recipe) await enter(order)
        current = order.recipe
        const result = await run(order)
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
