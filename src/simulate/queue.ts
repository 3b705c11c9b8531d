/** What happens when, in virtual time: a binary heap, ties in the order in which they were put in. */
interface Entry {
  readonly atMs: number
  readonly turn: number
  readonly run: () => void
}

export interface Queue {
  readonly push: (atMs: number, run: () => void) => void
  readonly pop: () => { readonly atMs: number; readonly run: () => void } | undefined
}

const isBefore = (left: Entry, right: Entry): boolean => left.atMs < right.atMs || (left.atMs === right.atMs && left.turn < right.turn)

export function createQueue(): Queue {
  const heap: Entry[] = []
  let turn = 0
  const at = (index: number): Entry => heap[index] as Entry
  const swap = (left: number, right: number): void => {
    const kept = at(left)
    heap[left] = at(right)
    heap[right] = kept
  }
  const rise = (from: number): void => {
    for (let index = from; index > 0;) {
      const parent = (index - 1) >> 1
      if (!isBefore(at(index), at(parent))) return
      swap(index, parent)
      index = parent
    }
  }
  const sink = (): void => {
    for (let index = 0; ;) {
      const [left, right] = [2 * index + 1, 2 * index + 2]
      let first = index
      if (left < heap.length && isBefore(at(left), at(first))) first = left
      if (right < heap.length && isBefore(at(right), at(first))) first = right
      if (first === index) return
      swap(index, first)
      index = first
    }
  }
  return {
    push: (atMs, run) => {
      heap.push({ atMs, turn: turn++, run })
      rise(heap.length - 1)
    },
    pop: () => {
      const top = heap[0]
      const last = heap.pop()
      if (top === undefined || last === undefined || heap.length === 0) return top
      heap[0] = last
      sink()
      return top
    },
  }
}
