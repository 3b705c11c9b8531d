/** What a controller needs around it: a CA, etcd with three members, a stack's state in it, and agents that answer. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { randomUUID } from 'node:crypto'
import { createStore, type Term } from '../src/controller/store.ts'
import { sleep, waitFor } from '../src/lib/clock.ts'
import { etcdClient, type EtcdClient } from '../src/lib/etcd/client.ts'
import { mtlsClient, type MtlsClient, type TlsIdentity } from '../src/lib/mtls.ts'
import { createMachineKey, issueOperator, signMachine } from '../src/pki/authority.ts'
import { PORTS, type Machine, type Plan } from '../src/plan/types.ts'
import { clusterConfig } from '../src/engines/postgres/cluster-config.ts'
import { machineSubject } from '../src/provision/subject.ts'
import { renderEtcd } from '../src/render/etcd.ts'
import { candidates, voters } from '../src/render/input.ts'
import { renderManifest } from '../src/render/render-manifest.ts'
import { generateSecrets } from '../src/secrets/generate.ts'
import { sealForStack } from '../src/secrets/seal.ts'
import type { OperatorSecrets, StackSecrets } from '../src/secrets/types.ts'
import { acmeRelease } from '../test/fixtures/stack.ts'
import type { FleetMember, FleetOrder, FleetWord } from './fleet.ts'
import { Room } from './room.ts'
import { bigPlan, databaseLeader, factsOf, pastEvents, recordOf, standbysOf } from './stack.ts'
import { ONE_SLOT } from '../src/render/slots.ts'

/** Where the manifest would have put them; each member here has its own. */
const ETCD_TLS = '/etc/regrow/tls/etcd'
/** Writes count while this key does not exist, and it never does. */
const NOBODY: Term = { key: '/regrow-bench/nobody', revision: '0' }
const EVENTS_KEPT = 2000

export interface Site {
  readonly room: Room
  readonly plan: Plan
  /** Where the controller runs. */
  readonly home: Machine
  readonly identity: TlsIdentity
  readonly secrets: OperatorSecrets
  /** For the controller's API. */
  readonly operator: MtlsClient
  readonly ask: (order: FleetOrder) => Promise<FleetWord>
  readonly close: () => Promise<void>
}

export async function openSite(image: string, base: string, count: number, profiles?: string): Promise<Site> {
  const plan = bigPlan(count)
  const [home] = candidates(plan)
  if (home === undefined) throw new Error('the plan has no candidate')
  const room = await Room.open(image, base, profiles)
  const secrets = await generateSecrets(plan.stack, plan.app.env)
  const identities = new Map<string, TlsIdentity>()
  for (const machine of plan.machines) identities.set(machine.name, await identityOf(plan, machine, secrets))
  const identity = identities.get(home.name) as TlsIdentity
  const members = voters(plan).map((voter) => startEtcd(room, plan, voter, identities.get(voter.name) as TlsIdentity))
  const client = mtlsClient(identity)
  const etcd = etcdClient(client, voters(plan).map((voter) => `https://${voter.address}:${PORTS.etcdClient}`))
  const ids = await waitFor(async () => new Map((await etcd.members()).map(({ name, id }) => [name, id])), { timeoutMs: 30_000, everyMs: 200, what: 'etcd' })
  const stackSecrets: StackSecrets = { ...secrets.stack, provider: {}, notify: {}, registry: {} }
  await fill(etcd, plan, await sealForStack(stackSecrets, secrets.stackKey))
  const fleet = fork(process.argv[1] ?? '', ['fleet'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const ask = (order: FleetOrder): Promise<FleetWord> => {
    fleet.send(order)
    return once(fleet, 'message').then(([word]) => word as FleetWord)
  }
  const nowMs = Date.now()
  await ask({ order: 'serve', rootPem: secrets.rootCa.certificatePem, members: plan.machines.map((machine): FleetMember => {
    const { cert, key } = identities.get(machine.name) as TlsIdentity
    const facts = factsOf(plan, machine, renderManifest(plan, machine.name, stackSecrets, acmeRelease), ids.get(machine.name) ?? null, nowMs)
    return { address: machine.address, facts, certificateChainPem: cert, keyPem: key }
  }) })
  const operatorPair = await issueOperator(secrets.issuingCa, plan.stack, 'bench')
  const operator = mtlsClient({ ca: secrets.rootCa.certificatePem, cert: operatorPair.certificatePem, key: operatorPair.keyPem })
  const close = async (): Promise<void> => {
    await Promise.all([operator.close(), client.close()])
    for (const child of [...members, fleet]) child.kill('SIGKILL')
    await Promise.all([...members, fleet].map(gone))
  }
  return { room, plan, home, identity, secrets, operator, ask, close }
}

const gone = (child: ChildProcess): Promise<unknown> => (child.exitCode === null && child.signalCode === null ? once(child, 'exit') : sleep(0))

async function identityOf(plan: Plan, machine: Machine, secrets: OperatorSecrets): Promise<TlsIdentity> {
  const { keyPem, csrPem } = await createMachineKey(machine.name)
  return { key: keyPem, cert: await signMachine(secrets.issuingCa, csrPem, machineSubject(plan, machine)), ca: secrets.rootCa.certificatePem }
}

/** With the settings that the manifest gives it, but for where its files are and the loopback that all three would share. */
function startEtcd(room: Room, plan: Plan, voter: Machine, identity: TlsIdentity): ChildProcess {
  const directory = `/bench/${voter.name}`
  const input = { plan, machine: voter, secrets: { passwords: {} as StackSecrets['passwords'], env: {}, provider: {}, notify: {}, registry: {} }, release: null, slots: ONE_SLOT, networkInterface: 'lo' }
  const settings = renderEtcd(input).trim().split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1).replace(ETCD_TLS, directory)])
  const files = settings.filter(([name]) => /(CERT|KEY|CA)_FILE$/.test(name ?? ''))
  for (const [name = '', path = ''] of files) room.write(path, name.endsWith('CA_FILE') ? identity.ca : name.endsWith('KEY_FILE') ? identity.key : identity.cert)
  const cluster = voters(plan).map((one) => `${one.name}=https://${one.address}:${PORTS.etcdPeer}`).join(',')
  return room.start(['/usr/bin/etcd'], {
    ...Object.fromEntries(settings),
    ETCD_DATA_DIR: `${directory}/data`,
    ETCD_LISTEN_CLIENT_URLS: `https://${voter.address}:${PORTS.etcdClient}`,
    ETCD_INITIAL_CLUSTER: cluster,
    ETCD_INITIAL_CLUSTER_STATE: 'new',
    ETCD_LOG_LEVEL: 'error',
  }, (text) => process.stderr.write(text.split('\n').filter((line) => /"level":"(error|fatal|panic)"/.test(line)).join('\n')))
}

/** As controllers and Patroni would have left it. */
async function fill(etcd: EtcdClient, plan: Plan, sealedSecrets: string): Promise<void> {
  const store = createStore(etcd, plan.stack)
  const nowMs = Date.now()
  await store.setDesired(NOBODY, { plan, sealedSecrets, release: acmeRelease, generation: 1 })
  for (const machine of plan.machines) await store.saveRecord(NOBODY, recordOf(machine, nowMs))
  for (const event of pastEvents(EVENTS_KEPT, nowMs)) await store.saveEvent(NOBODY, event)
  const service = `/service/${plan.stack}`
  await etcd.put(`${service}/leader`, databaseLeader)
  await etcd.put(`${service}/sync`, JSON.stringify({ leader: databaseLeader, sync_standby: standbysOf(plan).join(','), quorum: 1 }))
  await etcd.put(`${service}/config`, JSON.stringify(clusterConfig(plan)))
  await etcd.put(`${service}/initialize`, String(7_300_000_000_000_000_000n))
  for (const name of [databaseLeader, ...standbysOf(plan)]) await etcd.put(`${service}/members/${name}`, JSON.stringify({ role: 'replica', state: 'streaming', conn_url: `postgres://${name}:5432/postgres`, uuid: randomUUID() }))
}
