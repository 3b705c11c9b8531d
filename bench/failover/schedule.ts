/** Pure: which trials come in which order. */
import type { Fault } from './faults.ts'
import type { Recipe } from './recipes.ts'
import type { TrialOrder } from './trial.ts'

/** `trials` of each fault. */
export interface Wanted {
  readonly recipes: readonly Recipe[]
  readonly trials: ReadonlyMap<Fault, number>
}

/** Recipes take turns, trial by trial, and each time another one begins: what changes on the host with time meets them all alike. */
export function schedule({ recipes, trials }: Wanted): TrialOrder[] {
  const rounds = Math.max(0, ...trials.values())
  const faults = [...trials.keys()]
  return Array.from({ length: rounds }, (_, index) => index + 1).flatMap((trial) =>
    faults.filter((fault) => trial <= (trials.get(fault) ?? 0)).flatMap((fault) => turned(recipes, trial - 1 + faults.indexOf(fault)).map((recipe) => ({ fault, recipe, trial }))))
}

const turned = <T>(values: readonly T[], by: number): T[] => values.map((_, index) => values[(index + by) % values.length] as T)

export const remaining = (orders: readonly TrialOrder[], done: readonly TrialOrder[]): TrialOrder[] =>
  orders.filter((order) => !done.some((one) => one.fault === order.fault && one.recipe === order.recipe && one.trial === order.trial))
