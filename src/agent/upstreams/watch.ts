/** An entry machine's watch over the application servers. Traffic doesn't need it: without it nginx's passive checks go on. */
import type { AgentConfig } from '../../render/agent-config.ts'
import { renderUpstreams, type Upstream } from '../../render/upstreams.ts'
import { sleep } from '../../lib/clock.ts'
import { errorFields, type Log } from '../../lib/log.ts'
import { afterCheck, afterConnect, INITIAL, type UpstreamState } from './judge.ts'
import { killSockets, upstreamInstaller } from './nginx.ts'
import { answersConnect, isHealthy } from './probes.ts'

export type UpstreamStates = Readonly<Record<string, 'up' | 'down'>>
type EntryConfig = NonNullable<AgentConfig['entry']>

const CONNECT_EVERY_MS = 250
const CONNECT_TIMEOUT_MS = 250

export interface UpstreamWatch {
  readonly states: () => UpstreamStates
  /** For the next watch to go on with, when the list of servers has changed. */
  readonly judged: ReadonlyMap<string, UpstreamState>
  readonly stop: () => void
}

/** Tells nginx of the servers at once: the list may have changed since the last watch. */
/** `self`: the machine's own address, which can't fall silent to itself. */
export function watchUpstreams(config: EntryConfig, self: string, before: ReadonlyMap<string, UpstreamState>, log: Log): UpstreamWatch {
  const states = new Map<string, UpstreamState>(config.upstreams.map(({ machine }) => [machine, before.get(machine) ?? INITIAL]))
  const stopped = new AbortController()
  const install = upstreamInstaller(config.upstreamsFile, (error) => log('error', 'nginx keeps its old upstreams', errorFields(error)))

  const tellNginx = (): void => {
    const down = new Set([...states].filter(([, state]) => !state.up).map(([machine]) => machine))
    install(renderUpstreams(config.upstreams, down))
  }
  const change = (upstream: Upstream, next: (state: UpstreamState) => UpstreamState, why: string): void => {
    const before = states.get(upstream.machine) ?? INITIAL
    const after = next(before)
    states.set(upstream.machine, after)
    if (after.up === before.up) return
    log('info', after.up ? 'readmitted' : 'ejected', { upstream: upstream.machine, why })
    tellNginx()
  }

  const watchConnect = async (upstream: Upstream): Promise<void> => {
    while (!stopped.signal.aborted) {
      const answered = await answersConnect(upstream, CONNECT_TIMEOUT_MS)
      change(upstream, (state) => afterConnect(state, answered), 'silent')
      if (!answered && states.get(upstream.machine)?.up === false) await killSockets(upstream.address, upstream.port)
      await sleep(CONNECT_EVERY_MS)
    }
  }
  const watchHealth = async (upstream: Upstream): Promise<void> => {
    while (!stopped.signal.aborted) {
      const healthy = await isHealthy(upstream, config.health.path, config.health.timeoutMs)
      change(upstream, (state) => afterCheck(state, healthy, config.health), healthy ? 'healthy' : 'unhealthy')
      await sleep(config.health.intervalMs)
    }
  }

  tellNginx()
  for (const upstream of config.upstreams) {
    if (upstream.address !== self) void watchConnect(upstream)
    void watchHealth(upstream)
  }
  return {
    states: () => Object.fromEntries([...states].map(([machine, state]) => [machine, state.up ? 'up' : 'down'])),
    judged: states,
    stop: () => stopped.abort(),
  }
}
