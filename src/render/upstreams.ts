/** nginx's lists of application servers: first written with the manifest, then by the agent when a server comes or goes. */

export interface Upstream {
  readonly machine: string
  readonly address: string
  readonly port: number
}

/** Writes, reads, and reads that found nobody: see nginx/routes.ts. */
export const POOLS = { writes: 'app', reads: 'app_reads', last: 'app_last' } as const

/**
 * Passive checks stand in when no agent runs: after three failed attempts in two seconds nginx leaves a server alone for two (not after one: two
 * slow answers would take both servers away).
 */
const PASSIVE = 'max_fails=3 fail_timeout=2s'
const NEVER_LEFT_ALONE = 'max_fails=0'

/**
 * Upstream blocks with the same servers, each with a count of failures of its own: answers 500 to reads don't take a server away from writes, and the
 * last resort counts nothing. Never marks all as down: the last known servers are better than none.
 */
export function renderUpstreams(upstreams: readonly Upstream[], down: ReadonlySet<string>): string {
  const allDown = upstreams.every((upstream) => down.has(upstream.machine))
  const block = (pool: string, checks: string): string => `upstream ${pool} {
    zone ${pool} 256k;
${upstreams.map(({ machine, address, port }) => `    server ${address}:${port} ${checks}${!allDown && down.has(machine) ? ' down' : ''}; # ${machine}\n`).join('')}}
`
  return [block(POOLS.writes, PASSIVE), block(POOLS.reads, PASSIVE), block(POOLS.last, NEVER_LEFT_ALONE)].join('\n')
}
