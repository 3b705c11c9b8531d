/** The machine's loop: is born once, applies its manifest, follows its engines, and tells what it sees. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { AgentConfig } from '../render/agent-config.ts'
import { errorFields, journalLog as log } from '../lib/log.ts'
import { mtlsClient } from '../lib/mtls.ts'
import { serveTls } from '../lib/tls-server.ts'
import { PORTS } from '../plan/types.ts'
import { waitFor } from '../lib/clock.ts'
import { announce } from './announce.ts'
import { createApplier } from './applier.ts'
import { awaitBirth } from './birth-server.ts'
import { factsGatherer } from './facts/facts.ts'
import { agentRoutes } from './routes.ts'
import { BIRTH_FILE, birthKey, isBorn, readBirthParameters, readIdentity, readManifest, type Identity } from './state-dir.ts'
import { watchUpstreams, type UpstreamWatch } from './upstreams/watch.ts'
import type { Facts } from './api.ts'

const CONFIG_FILE = '/etc/regrow/agent.json'
const USER_DATA_TIMEOUT_MS = 600_000
const ANNOUNCE_EVERY_MS = 3000

async function beBorn(): Promise<void> {
  await waitFor(async () => (existsSync(BIRTH_FILE) ? true : undefined), { timeoutMs: USER_DATA_TIMEOUT_MS, everyMs: 100, what: `${BIRTH_FILE} from user-data` })
  const parameters = await readBirthParameters()
  // The network may come up a moment later than the agent; and one packet may be lost.
  const announcing = setInterval(() => void announce(), ANNOUNCE_EVERY_MS)
  void announce()
  await awaitBirth(parameters, await birthKey(parameters.machine), log)
  clearInterval(announcing)
  log('info', 'born', { machine: parameters.machine })
}

const readConfig = async (): Promise<AgentConfig> => JSON.parse(await readFile(CONFIG_FILE, 'utf8')) as AgentConfig

/** The parts that depend on /etc/regrow/agent.json: made anew after every application. */
interface Following {
  readonly config: AgentConfig
  readonly watch: UpstreamWatch | undefined
  readonly facts: ReturnType<typeof factsGatherer>
}

async function follow(identity: Identity, before: Following | undefined): Promise<Following> {
  const config = await readConfig()
  before?.watch?.stop()
  const watch = config.entry === undefined ? undefined : watchUpstreams(config.entry, before?.watch?.judged ?? new Map(), log)
  return { config, watch, facts: factsGatherer(config, identity, mtlsClient(identity)) }
}

async function live(): Promise<void> {
  const identity = await readIdentity()
  const manifest = await readManifest()
  let following: Following | undefined
  const applier = createApplier(identity, log, async () => {
    following = await follow(identity, following)
  })
  await applier.wish(manifest)
  // The configuration is one of the manifest's files: it is there once the first application got that far.
  following ??= await waitFor(async () => (existsSync(CONFIG_FILE) ? await follow(identity, undefined) : undefined), { timeoutMs: 600_000, everyMs: 50, what: CONFIG_FILE })
  const { config } = following
  const facts = (): Promise<Facts> => {
    const current = following as Following
    return current.facts({ revision: applier.revision(), applying: applier.applying(), upstreams: current.watch?.states() ?? null })
  }
  const routes = agentRoutes({ stack: config.stack, units: config.units, applier, facts })
  await serveTls(routes, { port: PORTS.agent, address: '0.0.0.0', cert: identity.cert, key: identity.key, ca: identity.ca })
  log('info', 'serving', { machine: config.machine })
}

try {
  if (!isBorn()) await beBorn()
  await live()
} catch (error) {
  log('error', 'the agent stops; systemd starts it again', errorFields(error))
  process.exitCode = 1
  // Open handles must not keep a broken agent alive.
  setTimeout(() => process.exit(1), 100)
}
