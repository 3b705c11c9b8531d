/** The model network: who can talk to whom. TCP needs both directions, so a cut in one is a cut for those who speak. */
export interface Network {
  readonly cut: (from: string, to: string) => void
  readonly mend: (from: string, to: string) => void
  /** Every packet from it, or to it, to anybody and the provider too. */
  readonly isolate: (machine: string, direction: 'in' | 'out' | 'both') => void
  readonly rejoin: (machine: string) => void
  readonly talk: (one: string, other: string) => boolean
  readonly reachesProvider: (machine: string) => boolean
  readonly isWhole: () => boolean
}

export function createNetwork(): Network {
  /** How many faults cut this direction: overlapping ones end one by one. */
  const cuts = new Map<string, number>()
  const isolated = new Map<string, number>()
  const add = (counts: Map<string, number>, key: string, change: number): void => {
    const count = (counts.get(key) ?? 0) + change
    if (count > 0) counts.set(key, count)
    else counts.delete(key)
  }
  const isCut = (from: string, to: string): boolean => cuts.size > 0 && cuts.has(`${from}>${to}`)
  return {
    cut: (from, to) => add(cuts, `${from}>${to}`, 1),
    mend: (from, to) => add(cuts, `${from}>${to}`, -1),
    isolate: (machine) => add(isolated, machine, 1),
    rejoin: (machine) => add(isolated, machine, -1),
    talk: (one, other) => one === other || (!isolated.has(one) && !isolated.has(other) && !isCut(one, other) && !isCut(other, one)),
    reachesProvider: (machine) => !isolated.has(machine),
    isWhole: () => cuts.size === 0 && isolated.size === 0,
  }
}
