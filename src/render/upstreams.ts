/** nginx's list of application servers: first written with the manifest, then by the agent when a server comes or goes. */

export interface Upstream {
  readonly machine: string
  readonly address: string
  readonly port: number
}

/**
 * `server` lines of an nginx upstream block. Passive checks stand in when no agent runs: after three failed attempts in
 * two seconds nginx leaves a server alone for two (not after one: two slow answers would take both servers away). Never marks all as down: the last known servers are better than none.
 */
export function renderUpstreams(upstreams: readonly Upstream[], down: ReadonlySet<string>): string {
  const allDown = upstreams.every((upstream) => down.has(upstream.machine))
  return upstreams
    .map(({ machine, address, port }) => `server ${address}:${port} max_fails=3 fail_timeout=2s${!allDown && down.has(machine) ? ' down' : ''}; # ${machine}\n`)
    .join('')
}
