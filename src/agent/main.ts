/** The machine's loop: is born once, applies its manifest, follows its engines, and tells what it sees. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { AgentConfig } from '../render/agent-config.ts'
import { errorFields, journalLog as log } from '../lib/log.ts'
import { isPeerOf, serveTls } from '../lib/tls-server.ts'
import { PORTS } from '../plan/types.ts'
import { waitFor } from '../lib/clock.ts'
import { createApplier } from './applier.ts'
import { clientHold, type ClientHold } from './client-hold.ts'
import { watchDatabase } from './database-watch.ts'
import { watchDisk } from './disk-watch.ts'
import { watchDoor, type DoorWatch } from './door-watch.ts'
import { watchDrift } from './drift/watch.ts'
import { factsGatherer, type AgentSituation, type FactsGatherer } from './facts/facts.ts'
import { localClient } from './local-client.ts'
import { findEngineObserver } from '../engines/observer.ts'
import { ACTING, agentRoutes, type AgentParts } from './routes.ts'
import { isBorn, PULSE_FILE, readIdentity, readManifest, type Identity } from './state-dir.ts'
import { watchFront, type FrontWatch } from './front/watch.ts'
import { watchUpstreams, type UpstreamWatch } from './upstreams/watch.ts'
import type { Facts } from './api.ts'

const CONFIG_FILE = '/etc/regrow/agent.json'

/** What only a birth needs (X.509, a server of its own) would stay in memory for the machine's life: so a process of its own is born. */
const BIRTH = 'birth'
const awaitBirth = (): Promise<void> => new Promise((resolve, reject) => {
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', BIRTH], { stdio: 'inherit' })
  child.once('error', reject)
  child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`the birth ended with ${code}`))))
})

const readConfig = async (): Promise<AgentConfig> => JSON.parse(await readFile(CONFIG_FILE, 'utf8')) as AgentConfig

/** The parts that depend on /etc/regrow/agent.json: made anew after every application. */
interface Following {
  readonly config: AgentConfig
  readonly watch: UpstreamWatch | undefined
  readonly front: FrontWatch | undefined
  readonly facts: FactsGatherer
  readonly clients: ClientHold | null
  readonly database: { readonly stop: () => void } | undefined
  readonly door: DoorWatch | undefined
}

async function follow(identity: Identity, before: Following | undefined): Promise<Following> {
  const config = await readConfig()
  before?.watch?.stop()
  before?.facts.close()
  before?.database?.stop()
  before?.door?.stop()
  const watch = config.entry === undefined ? undefined : watchUpstreams(config.entry, config.address, before?.watch?.judged ?? new Map(), log)
  // An order that is under way goes on, and so does what is known of the link.
  const front = before?.front ?? (config.entry === undefined ? undefined : watchFront(config.entry.interface, log))
  // A hold that is under way goes on: who took it ends it.
  const clients = before?.clients ?? (config.holdClients === undefined ? null : clientHold(config.holdClients))
  const node = config.engine === undefined ? undefined : findEngineObserver(config.engine).node
  const database = node === undefined ? undefined : watchDatabase(node, localClient(identity), log)
  const door = node === undefined ? undefined : watchDoor(node.knock)
  if (before === undefined) void clients?.tidy()
  return { config, watch, front, clients, database, door, facts: factsGatherer(config, identity) }
}

function entrySituation({ watch, front }: Following): AgentSituation['entry'] {
  return watch === undefined || front === undefined ? null : { upstreams: watch.states(), blindMs: watch.blindMs(), serves: front.serves(), stand: front.stand() }
}

async function live(): Promise<void> {
  const identity = await readIdentity()
  const manifest = await readManifest()
  const drift = watchDrift(log)
  let following: Following | undefined
  const applier = createApplier(identity, log, drift, async () => {
    following = await follow(identity, following)
    drift.follow(following.config)
  })
  await applier.wish(manifest)
  // The configuration is one of the manifest's files: it is there once the first application got that far.
  following ??= await waitFor(async () => (existsSync(CONFIG_FILE) ? await follow(identity, undefined) : undefined), { timeoutMs: 600_000, everyMs: 50, what: CONFIG_FILE })
  const { config } = following
  const disk = watchDisk(PULSE_FILE)
  const facts = async (): Promise<Facts> => {
    const current = following as Following
    const situation = { revision: applier.revision(), applying: applier.applying(), entry: entrySituation(current), drift: drift.facts() }
    return current.facts.gather({ ...situation, diskStalledMs: await disk.stalledMs(), deafMs: current.door?.deafMs() ?? null })
  }
  const local = localClient(identity)
  const database: AgentParts['database'] = () => {
    const engine = following?.config.engine
    return engine === undefined ? null : { node: findEngineObserver(engine).node, local }
  }
  const routes = agentRoutes({ stack: config.stack, address: config.address, applier, facts, log, isEntry: () => following?.config.entry !== undefined, clients: () => following?.clients ?? null, front: () => following?.front ?? null, database, upstreams: () => following?.watch ?? null })
  const often = { path: '/v1/facts', isAllowed: isPeerOf(config.stack, ACTING), json: facts }
  await serveTls(routes, { port: PORTS.agent, address: '0.0.0.0', cert: identity.cert, key: identity.key, ca: identity.ca, often })
  log('info', 'serving', { machine: config.machine })
}

try {
  if (process.argv[2] === BIRTH) {
    // Loaded here only, so that a living agent never pays for it.
    const { beBorn } = await import('./birth.ts')
    await beBorn()
    process.exit(0)
  }
  if (!isBorn()) await awaitBirth()
  await live()
} catch (error) {
  log('error', 'the agent stops; systemd starts it again', errorFields(error))
  process.exitCode = 1
  // Open handles must not keep a broken agent alive.
  setTimeout(() => process.exit(1), 100)
}
