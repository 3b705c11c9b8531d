/** The stack's controller: campaigns for leadership, and while it leads, closes the loop. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { ControllerSeed } from '../agent/api.ts'
import { isBorn, readIdentity, SEED_FILE } from '../agent/state-dir.ts'
import { sleep, waitFor } from '../lib/clock.ts'
import { etcdClient } from '../lib/etcd/client.ts'
import { errorFields, journalLog as log } from '../lib/log.ts'
import { mtlsClient } from '../lib/mtls.ts'
import { pollClient } from '../lib/poll-client.ts'
import { serveTls } from '../lib/tls-server.ts'
import { startWatcher, type Watcher } from '../observe/watcher.ts'
import { PORTS } from '../plan/types.ts'
import type { ControllerConfig } from '../render/controller-config.ts'
import { createMeter } from '../metrics/meter.ts'
import { startChronicle, type Chronicle } from './chronicle.ts'
import { campaign, ELECTION_CALL_MS } from './election.ts'
import { openDiary, type Diary } from './events.ts'
import { startHintServer } from './hints/server.ts'
import { startLoop, type Loop } from './loop.ts'
import { controllerRoutes } from './routes.ts'
import { createStore, type Term } from './store.ts'
import { startTerraformBackend } from './terraform-backend.ts'
import { terraformRunner } from './terraform-runner.ts'

const CONFIG_FILE = '/etc/regrow/controller.json'
const BIRTH_TIMEOUT_MS = 600_000

interface Acting {
  readonly revision: string
  readonly loop: Loop
  readonly diary: Diary
  readonly watcher: Watcher
  readonly chronicle: Chronicle
}

const readJson = async <T>(path: string): Promise<T> => JSON.parse(await readFile(path, 'utf8')) as T

async function main(): Promise<void> {
  await waitFor(async () => (isBorn() && existsSync(SEED_FILE) && existsSync(CONFIG_FILE) ? true : undefined), { timeoutMs: BIRTH_TIMEOUT_MS, everyMs: 100, what: 'this machine to be born' })
  const [config, seed, identity] = await Promise.all([readJson<ControllerConfig>(CONFIG_FILE), readJson<ControllerSeed>(SEED_FILE), readIdentity()])
  const etcd = etcdClient(mtlsClient(identity), config.etcdEndpoints)
  const store = createStore(etcd, config.stack)
  const leadership = campaign(etcdClient(mtlsClient(identity), config.etcdEndpoints, ELECTION_CALL_MS), config.stack, { machine: config.machine, preferred: config.preferred }, log)
  const terraform = terraformRunner(startTerraformBackend(store, config.machine, leadership.term))
  const hands = { store, etcd, client: mtlsClient(identity), identity, seed, log, applyTerraform: terraform.applyTerraform, writeBirthDocument: terraform.writeBirthDocument, handOver: leadership.handOver }
  // Used for nothing else, so that no poll waits for another call to the same machine.
  const polls = pollClient(identity)
  const meter = createMeter()
  let acting: Acting | null = null

  const lead = async (term: Term): Promise<Acting> => {
    const watcher = startWatcher(polls, hands.client, config.machine)
    const diary = await openDiary(store, leadership.term, log)
    const sources = { self: config.machine, leadsSinceMs: Date.now(), term: term.revision, stack: config.stack, store, etcd, watcher }
    const loop = startLoop({ sources, term: leadership.term, diary, hands, stackKey: seed.stackKey, log, measured: meter.measured })
    const chronicle = startChronicle({ store, term: leadership.term, diary, blueprint: loop.blueprint, log, ...meter })
    diary.write('leads', config.machine, `The controller on ${config.machine} leads from now on.`)
    return { revision: term.revision, loop, diary, watcher, chronicle }
  }
  const standDown = (): void => {
    acting?.loop.stop()
    acting?.watcher.stop()
    acting?.chronicle.stop()
    // Whoever leads next may begin only when this run is over.
    if (acting !== null) terraform.stop()
    acting = null
  }
  const resign = async (): Promise<void> => {
    standDown()
    await leadership.resign()
  }
  await serveTls(
    controllerRoutes({ stack: config.stack, machine: config.machine, store, seed, client: hands.client, log, leadership, acting: () => acting, meter, resign }),
    { port: PORTS.controller, address: '0.0.0.0', cert: identity.cert, key: identity.key, ca: identity.ca },
  )
  await startHintServer({ machine: config.machine, identity, stackKey: seed.stackKey, store, term: leadership.term, diary: () => acting?.diary ?? null, log })
  process.once('SIGTERM', () => void resign().finally(() => process.exit(0)))
  log('info', 'serving', { machine: config.machine })
  for (;;) {
    const term = leadership.term()
    if (acting !== null && (term === null || term.revision !== acting.revision)) standDown()
    if (acting === null && term !== null) acting = await lead(term).catch((error: unknown) => (log('error', 'could not begin to lead', errorFields(error)), null))
    await sleep(100)
  }
}

try {
  await main()
} catch (error) {
  log('error', 'the controller stops; systemd starts it again', errorFields(error))
  process.exit(1)
}
