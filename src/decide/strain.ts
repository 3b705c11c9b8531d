/**
 * Pure: how slow everything is just now. Machines that share a starved host answer late, all of them; one that gives no answer then is
 * judged with more patience than one that is alone with it. (After Lifeguard, Dadgar et al. 2018: time-outs that grow with
 * what the observer knows of its own health.)
 */
import type { World } from './world.ts'

/** At rest an answer takes a few milliseconds, so that the least patience stands; when others take 0.6 s, a silence may last 9 s. */
const PATIENCE_PER_DELAY = 15

/** The median, over all machines but this one, of the slowest answer in the last seconds; in milliseconds. */
export function strainMs({ machines }: World, except: string): number {
  const delays = machines.filter((view) => view.name !== except && view.record?.phase === 'member').map((view) => view.slowestAnswerMs).toSorted((left, right) => left - right)
  return delays[Math.floor(delays.length / 2)] ?? 0
}

/** How long programs that stand still may do so before it counts against their machine; a kernel that is silent needs no patience. */
export const patienceMs = (leastMs: number, world: World, machine: string): number => Math.max(leastMs, PATIENCE_PER_DELAY * strainMs(world, machine))
