/** An entry machine's watch over the application servers. Traffic doesn't need it: without it nginx's passive checks go on. */
import type { AgentConfig } from '../../render/agent-config.ts'
import { renderUpstreams, type Upstream } from '../../render/upstreams.ts'
import { errorFields, type Log } from '../../lib/log.ts'
import { afterCheck, afterConnect, firstState, INITIAL, type UpstreamState } from './judge.ts'
import { upstreamInstaller } from './nginx.ts'
import { roundsOf } from './rounds.ts'
import { watchServer } from './server-watch.ts'

export type UpstreamStates = Readonly<Record<string, 'up' | 'down'>>
type EntryConfig = NonNullable<AgentConfig['entry']>

/** A health check that has no answer for so long raises the question whether anyone is there. */
const DOUBT_AFTER_MS = 100

export interface UpstreamWatch {
  readonly states: () => UpstreamStates
  /** For how long none has been up; 0: one is. */
  readonly blindMs: () => number
  /** For the next watch to go on with, when the list of servers has changed. */
  readonly judged: ReadonlyMap<string, UpstreamState>
  readonly stop: () => void
}

/** Tells nginx of the servers at once: the list may have changed since the last watch. `self`: the machine's own address, which can't fall silent to itself. */
export function watchUpstreams(config: EntryConfig, self: string, before: ReadonlyMap<string, UpstreamState>, log: Log): UpstreamWatch {
  const states = new Map<string, UpstreamState>(config.upstreams.map(({ machine }) => [machine, firstState(machine, before)]))
  const install = upstreamInstaller(config.upstreamsFile, (error) => log('error', 'nginx keeps its old upstreams', errorFields(error)))

  let blindSinceMs: number | null = null
  const tellNginx = (): Promise<void> => {
    const down = new Set([...states].filter(([, state]) => !state.up).map(([machine]) => machine))
    blindSinceMs = [...states.values()].some(({ up }) => up) ? null : (blindSinceMs ?? performance.now())
    return install(renderUpstreams(config.upstreams, down))
  }
  const change = ({ machine }: Upstream, next: (state: UpstreamState) => UpstreamState, why: string): boolean => {
    const before = states.get(machine) ?? INITIAL
    const after = next(before)
    states.set(machine, after)
    if (after.up !== before.up) {
      log('info', after.up ? 'readmitted' : 'ejected', { upstream: machine, why })
      void tellNginx()
    }
    return after.up
  }
  const servers = config.upstreams.map((upstream) => ({
    isSelf: upstream.address === self,
    ...watchServer(upstream, config.health, {
      checked: (healthy) => void change(upstream, (state) => afterCheck(state, healthy, config.health), healthy ? 'healthy' : 'unhealthy'),
      connected: (answered) => !change(upstream, (state) => afterConnect(state, answered), 'silent'),
      hasOthers: () => [...states].some(([machine, { up }]) => up && machine !== upstream.machine),
    }),
  }))
  const others = servers.filter(({ isSelf }) => !isSelf)

  const { everyMs, perCheck } = roundsOf(servers.length, config.health.intervalMs)
  let rounds = 0
  // All in one round, and not each at a time of its own: to wake up costs as much as a check.
  const look = (): void => {
    if (rounds++ % perCheck !== 0) return others.forEach(({ seekSign }) => seekSign())
    servers.forEach(({ check }) => check())
    setTimeout(() => others.filter(({ isUnanswered }) => isUnanswered()).forEach(({ seekSign }) => seekSign()), DOUBT_AFTER_MS)
  }
  void tellNginx()
  look()
  const timer = setInterval(look, everyMs)
  return {
    states: () => Object.fromEntries([...states].map(([machine, state]) => [machine, state.up ? 'up' : 'down'])),
    blindMs: () => (blindSinceMs === null ? 0 : Math.round(performance.now() - blindSinceMs)),
    judged: states,
    stop: () => {
      clearInterval(timer)
      servers.forEach(({ stop }) => stop())
    },
  }
}
