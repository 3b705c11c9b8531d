/** Pure: which trials come in which order. */

export interface Order<F extends string, R extends string> {
  readonly fault: F
  readonly recipe: R
  readonly trial: number
}

/** `trials` of each fault. */
export interface Wanted<F extends string, R extends string> {
  readonly recipes: readonly R[]
  readonly trials: ReadonlyMap<F, number>
}

/** Recipes take turns, trial by trial, and each time another one begins: what changes on the host with time meets them all alike. */
export function schedule<F extends string, R extends string>({ recipes, trials }: Wanted<F, R>): Order<F, R>[] {
  const rounds = Math.max(0, ...trials.values())
  const faults = [...trials.keys()]
  return Array.from({ length: rounds }, (_, index) => index + 1).flatMap((trial) =>
    faults.filter((fault) => trial <= (trials.get(fault) ?? 0)).flatMap((fault) => turned(recipes, trial - 1 + faults.indexOf(fault)).map((recipe) => ({ fault, recipe, trial }))))
}

export const turned = <T>(values: readonly T[], by: number): T[] => values.map((_, index) => values[(index + by) % values.length] as T)

export const remaining = <F extends string, R extends string>(orders: readonly Order<F, R>[], done: readonly Order<F, R>[]): Order<F, R>[] =>
  orders.filter((order) => !done.some((one) => one.fault === order.fault && one.recipe === order.recipe && one.trial === order.trial))
