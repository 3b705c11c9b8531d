/** Which lists are written now: a few at a time, each given up when it is long enough to read and compare quickly. */

export interface KeyRing {
  /** A list to append to, with a value that nobody else has. */
  readonly append: () => { readonly key: number; readonly value: number }
  /** A list to read: one in use, or one just given up. */
  readonly key: () => number
}

const ACTIVE = 4
const APPENDS = 40

/** `random` is 0 to 1, as Math.random. */
export function makeKeyRing(random: () => number): KeyRing {
  const active = Array.from({ length: ACTIVE }, (_, key) => ({ key, appends: 0 }))
  let nextKey = ACTIVE
  let value = 0
  return {
    append: () => {
      const slot = Math.floor(random() * ACTIVE)
      const list = active[slot] as { key: number; appends: number }
      const { key } = list
      list.appends += 1
      if (list.appends === APPENDS) {
        active[slot] = { key: nextKey, appends: 0 }
        nextKey += 1
      }
      value += 1
      return { key, value }
    },
    key: () => Math.max(0, nextKey - 1 - Math.floor(random() * ACTIVE * 2)),
  }
}
