/** The files that `regrow init` starts a stack with, as text. */
import { formatNetwork, formatAddress, parseNetwork } from '../plan/ipv4.ts'
import { assert } from '../lib/errors.ts'

export interface Starter {
  readonly stack: string
  readonly provider: string
  readonly layout: 'standard' | 'compact'
  /** Relative to the spec. */
  readonly release: string
  /** Path or URL of the JSON Schema, as seen from the spec. */
  readonly schema: string
}

const NETWORK = '10.77.0.0/24'

export function starterSpec({ stack, provider, layout, release, schema }: Starter): string {
  const network = parseNetwork(NETWORK)
  assert(network !== undefined, 'the starter network is a network')
  const at = (offset: number): string => formatAddress(network.base + offset)
  const count = (key: string): string => (layout === 'standard' ? `  ${key}\n` : '')
  const layoutLine = layout === 'standard'
    ? 'layout: standard           # a machine for each role; compact: three machines in all'
    : 'layout: compact            # node-1 and node-2 carry entry, app and database; control-1 is control only'
  return `# yaml-language-server: $schema=${schema}
# What is left out has a default: regrow plan shows it. Every key: docs/reference/spec.md
stack: ${stack}
provider: ${provider}
network: ${formatNetwork(network)}      # private; the first and the last usable address are not yours
${layoutLine}

entry:                     # nginx on the machines that the internet reaches
${count('machines: 2')}  vip: ${at(10)}          # the address that users reach; it moves between the entry machines
  domain: ${stack}.example

app:                       # your application
${count('machines: 2')}  release: ${release}       # a directory, relative to this file; a Procfile in it says how to start it; or an image
  port: 8080
  health: { path: /healthz, interval: 1s, timeout: 1s, rise: 2, fall: 3 }
  env: [SESSION_SECRET]    # names only; init made a random value for each, env/<environment>.env overrides it

database:                  # PostgreSQL, replicated
${count('machines: 2')}  vip: ${at(20)}          # writes: held by the primary
  reportsVip: ${at(21)}   # reads that may be a moment old: held by a replica
  durability: zero-loss    # a write is acknowledged when two machines have it

healing:
  mode: act                # observe: report a lost machine, don't replace it
  confirm: 20s             # how long two observers must miss a machine before it is replaced
`
}

export const starterEnvFile = (environment: string, names: readonly string[]): string => [
  `# Values for the environment ${environment}: NAME=value, one a line, for the names in app.env of the spec.`,
  `# A name that has no line here gets the random value that regrow init put into ${environment}.secrets.age.`,
  ...names.map((name) => `# ${name}=`),
  '',
].join('\n')

/** Values may be secrets; the .secrets.age files are encrypted and belong into the repository. */
export const IGNORED: readonly string[] = ['env/*.env', '.regrow/']

/** The text with what is missing added, or undefined when nothing is. */
export function completeGitignore(text: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trim())
  const missing = IGNORED.filter((entry) => !lines.includes(entry) && !lines.includes(`/${entry}`))
  if (missing.length === 0) return undefined
  const start = text === '' || text.endsWith('\n') ? text : `${text}\n`
  return `${start}${missing.join('\n')}\n`
}
