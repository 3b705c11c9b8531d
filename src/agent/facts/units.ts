/** The state of units, without asking systemd each time: it is asked when something happened to one of them, or nothing is settled. */
import { readlinkSync } from 'node:fs'
import type { UnitState } from '../api.ts'
import { readUnits } from '../apply/units.ts'
import { inTime } from './cached.ts'

export type UnitStates = Readonly<Record<string, UnitState>>

const UNSETTLED_MS = 1000
const SETTLED_MS = 30_000

/** systemd links each start of a unit to an id of its own, and takes the link away when the unit ends or fails. */
export const traceOf = (unit: string): string => {
  try {
    return readlinkSync(`/run/systemd/units/invocation:${unit}`)
  } catch {
    return ''
  }
}

/** Answers `unknown` for all when systemd gives no answer. `settled`: states that a unit leaves only with a sign. */
export function unitWatch(units: readonly string[], settled: readonly UnitState[] = ['active']): () => Promise<UnitStates> {
  const isSettled = (found: UnitStates): boolean => Object.values(found).every((state) => settled.includes(state))
  const unknown: UnitStates = Object.fromEntries(units.map((unit) => [unit, 'unknown' as const]))
  let states = unknown
  let traces = ''
  let askedMs = -Infinity
  let underWay: Promise<UnitStates> | undefined
  const ask = async (): Promise<UnitStates> => {
    // Before the question: what happens during it is seen the next time.
    traces = units.map(traceOf).join('\n')
    askedMs = performance.now()
    states = await readUnits(units).then((found) => ({ ...unknown, ...Object.fromEntries([...found].map(([name, { state }]) => [name, state])) }), () => unknown)
    underWay = undefined
    return states
  }
  return async () => {
    if (underWay !== undefined) return inTime(underWay, () => states)
    const due = performance.now() - askedMs >= (isSettled(states) ? SETTLED_MS : UNSETTLED_MS)
    if (!due && (!isSettled(states) || units.map(traceOf).join('\n') === traces)) return states
    underWay = ask()
    return inTime(underWay, () => states)
  }
}
