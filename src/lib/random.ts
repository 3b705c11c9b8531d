/** A seeded source of chance: the same seed gives the same story, on every machine. */
export interface Random {
  /** In [0, 1). */
  readonly next: () => number
  readonly chance: (probability: number) => boolean
  readonly between: (from: number, to: number) => number
  readonly pick: <T>(choices: readonly T[]) => T
  readonly shuffle: <T>(choices: readonly T[]) => readonly T[]
}

/** mulberry32, by Tommy Ettinger (public domain): 32 bits of state are plenty for one story. */
export function randomOf(seed: number): Random {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const pick = <T>(choices: readonly T[]): T => {
    if (choices.length === 0) throw new RangeError('nothing to pick from')
    return choices[Math.floor(next() * choices.length)] as T
  }
  return {
    next,
    chance: (probability) => next() < probability,
    between: (from, to) => from + Math.floor(next() * (to - from + 1)),
    pick,
    shuffle: (choices) => choices.map((choice) => ({ choice, rank: next() })).sort((left, right) => left.rank - right.rank).map(({ choice }) => choice),
  }
}
