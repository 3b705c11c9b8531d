/** Pure: when an application server is ejected and when it is let back in. */
import type { Health } from '../../plan/types.ts'

export interface UpstreamState {
  readonly up: boolean
  /** Consecutive health checks that contradict `up`. */
  readonly against: number
  /** Consecutive connection attempts that nobody answered, not even with a refusal: the machine is gone. */
  readonly silent: number
}

export const INITIAL: UpstreamState = { up: true, against: 0, silent: 0 }
/** A server that joins others may not be born yet: it gets requests once its checks say so. */
export const NEWCOMER: UpstreamState = { up: false, against: 0, silent: 0 }

/** What a watch begins with; `before`: what the watch before it knew. With nobody known, all are taken for well: somebody has to answer. */
export const firstState = (machine: string, before: ReadonlyMap<string, UpstreamState>): UpstreamState =>
  before.get(machine) ?? (before.size === 0 ? INITIAL : NEWCOMER)

/** Silent connection attempts before the machine counts as gone. */
export const SILENT_MAX = 2

/** After a health check: `rise` good ones readmit, `fall` bad ones eject. */
export function afterCheck(state: UpstreamState, healthy: boolean, health: Pick<Health, 'rise' | 'fall'>): UpstreamState {
  if (healthy === state.up) return { ...state, against: 0 }
  const against = state.against + 1
  const needed = state.up ? health.fall : health.rise
  return against >= needed ? { ...state, up: !state.up, against: 0 } : { ...state, against }
}

/** After a connection attempt: a machine that answers nothing at all is ejected at once; only checks readmit it. */
export function afterConnect(state: UpstreamState, answered: boolean): UpstreamState {
  if (answered) return state.silent === 0 ? state : { ...state, silent: 0 }
  const silent = state.silent + 1
  return silent >= SILENT_MAX && state.up ? { up: false, against: 0, silent } : { ...state, silent }
}
