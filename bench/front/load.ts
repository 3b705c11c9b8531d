/** Visitors who come at a steady rate, whether or not those before them got their answers. */
import { keepPace } from '../../src/load/pace.ts'
import { visit, type Visit } from './visit.ts'

export const VISITS_PER_SECOND = 200
const ACCOUNTS = 100

export interface Load {
  /** In the order in which they ended. */
  readonly visits: readonly Visit[]
  /** No more come; waits for those that are under way. */
  readonly stop: () => Promise<void>
}

export function startLoad(vip: string): Load {
  const visits: Visit[] = []
  const stopped = new AbortController()
  const running = keepPace(VISITS_PER_SECOND, stopped.signal, async (number) => void visits.push(await visit(`http://${vip}/accounts/${(number % ACCOUNTS) + 1}`)))
  return {
    visits,
    stop: async () => {
      stopped.abort()
      await running
    },
  }
}
