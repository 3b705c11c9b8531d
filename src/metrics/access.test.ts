/** Over real TLS: what a monitor's certificate opens, and what it doesn't. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createServer, type AddressInfo } from 'node:net'
import { healthyWorld } from '../../test/fixtures/world.ts'
import { agentRoutes, type AgentParts } from '../agent/routes.ts'
import { controllerRoutes, type RouteParts } from '../controller/routes.ts'
import { mtlsClient, type MtlsClient } from '../lib/mtls.ts'
import { serveTls, type RunningServer } from '../lib/tls-server.ts'
import { createIssuingCa, createMachineKey, createRootCa, issueMonitor, issueOperator, signMachine } from '../pki/authority.ts'
import { createMeter } from './meter.ts'

const freePort = (): Promise<number> => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    server.close(() => resolve(port))
  })
})

let servers: RunningServer[]
let clients: Readonly<Record<'monitor' | 'operator' | 'stranger', MtlsClient>>
let [agent, controller] = ['', '']

beforeEach(async () => {
  const root = await createRootCa('acme')
  const issuing = await createIssuingCa('acme', root)
  const machine = await createMachineKey('db-1')
  const ca = root.certificatePem
  const cert = await signMachine(issuing, machine.csrPem, { commonName: 'db-1', dnsNames: [], addresses: ['127.0.0.1'], uris: ['regrow://acme/machine/db-1'] })
  const client = ({ certificatePem, keyPem }: { certificatePem: string; keyPem: string }): MtlsClient => mtlsClient({ ca, cert: certificatePem, key: keyPem })
  clients = {
    monitor: client(await issueMonitor(issuing, 'acme', 'prometheus')),
    operator: client(await issueOperator(issuing, 'acme', 'ada')),
    stranger: client(await issueMonitor(await createIssuingCa('acme', await createRootCa('acme')), 'acme', 'prometheus')),
  }
  const facts = healthyWorld().machines[0]?.facts
  const agentApp = agentRoutes({ stack: 'acme', units: [], controllerCandidate: false, facts: async () => facts } as unknown as AgentParts)
  const controllerApp = controllerRoutes({ stack: 'acme', machine: 'db-1', acting: () => null, leadership: { term: () => null, leader: () => null }, meter: createMeter() } as unknown as RouteParts)
  const ports = [await freePort(), await freePort()]
  servers = await Promise.all([agentApp, controllerApp].map((app, index) => serveTls(app, { port: ports[index] ?? 0, address: '127.0.0.1', cert, key: machine.keyPem, ca })));
  [agent = '', controller = ''] = ports.map((port) => `https://127.0.0.1:${port}`)
})
afterEach(async () => {
  await Promise.all(Object.values(clients).map((client) => client.close()))
  await Promise.all(servers.map((server) => server.close()))
})

const status = async (who: keyof typeof clients, url: string, method: 'GET' | 'POST' = 'GET'): Promise<number> => (await clients[who].call(url, { method, timeoutMs: 3000 })).status

test('a monitor reads metrics, and nothing else', async () => {
  expect(await status('monitor', `${agent}/v1/metrics`)).toBe(200)
  expect(await status('monitor', `${controller}/metrics`)).toBe(200)
  for (const path of ['/v1/facts', '/v1/logs', '/v1/releases/x']) expect(await status('monitor', `${agent}${path}`)).toBe(403)
  for (const path of ['/v1/status', '/v1/events', '/v1/incidents', '/v1/terraform/state', '/v1/role']) expect(await status('monitor', `${controller}${path}`)).toBe(403)
  for (const path of ['/v1/probe', '/v1/reboot', '/v1/repair']) expect(await status('monitor', `${agent}${path}`, 'POST')).toBe(403)
  for (const path of ['/v1/resign', '/v1/notify/test', '/v1/machines/a/replace']) expect(await status('monitor', `${controller}${path}`, 'POST')).toBe(403)
})

test("an operator reads them too; another stack's monitor does not", async () => {
  expect(await status('operator', `${agent}/v1/metrics`)).toBe(200)
  expect(await status('operator', `${controller}/metrics`)).toBe(200)
  // Its certificate does not chain to our root: the handshake fails.
  await expect(status('stranger', `${agent}/v1/metrics`)).rejects.toMatchObject({ code: 'UNREACHABLE' })
})
