import { once } from 'node:events'
import { createServer as createPlainServer, type Server as PlainServer } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { createIssuingCa, createMachineKey, createRootCa, signMachine } from '../pki/authority.ts'
import type { MtlsClient, TlsIdentity } from '../lib/http-call.ts'
import { localClient, statusAsker } from './local-client.ts'

let identity: TlsIdentity
let server: Server | PlainServer
let client: MtlsClient | undefined
const portOf = async (one: Server | PlainServer): Promise<number> => {
  server = one.listen(0, '127.0.0.1')
  await once(one, 'listening')
  return (one.address() as AddressInfo).port
}

beforeAll(async () => {
  const root = await createRootCa('acme')
  const { keyPem, csrPem } = await createMachineKey('m')
  const cert = await signMachine(await createIssuingCa('acme', root), csrPem, { commonName: 'm', dnsNames: [], addresses: ['127.0.0.1'], uris: [] })
  identity = { ca: root.certificatePem, cert, key: keyPem }
})
afterEach(async () => {
  await client?.close()
  client = undefined
  server.closeAllConnections()
  server.close()
})

const mutual = (): object => ({ ...identity, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' })

test('calls go over one connection, with what they carry', async () => {
  let connections = 0
  const port = await portOf(createServer(mutual(), (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => response.end(`${request.method} ${request.url} ${Buffer.concat(chunks).toString()}`))
  }).on('secureConnection', () => (connections += 1)))
  client = localClient(identity)
  const said = async (json?: unknown): Promise<string | undefined> => (await client?.call(`https://127.0.0.1:${port}/a?b=c`, { timeoutMs: 5000, ...(json === undefined ? {} : { json }) }))?.body.toString()
  expect(await said()).toBe('GET /a?b=c ')
  expect(await said({ name: 'Zoë' })).toBe('POST /a?b=c {"name":"Zoë"}')
  expect(connections).toBe(1)
})

test('a call does not wait for one that has no answer yet', async () => {
  const port = await portOf(createServer(mutual(), (request, response) => {
    if (request.url !== '/never') response.end('ok')
  }))
  client = localClient(identity)
  const never = client.call(`https://127.0.0.1:${port}/never`, { timeoutMs: 60_000 }).catch((error: unknown) => error)
  expect((await client.call(`https://127.0.0.1:${port}/`, { timeoutMs: 5000 })).body.toString()).toBe('ok')
  await client.close()
  expect(await never).toMatchObject({ code: 'UNREACHABLE' })
})

test('where a connection ends with each answer, the next one takes up the session', async () => {
  const resumed: boolean[] = []
  const port = await portOf(createServer(mutual(), (_request, response) => {
    response.shouldKeepAlive = false
    response.end('ok')
  }).on('secureConnection', (socket) => resumed.push(socket.isSessionReused())))
  client = localClient(identity)
  for (let calls = 0; calls < 3; calls++) expect((await client.call(`https://127.0.0.1:${port}/`, { timeoutMs: 5000 })).status).toBe(200)
  expect(resumed).toEqual([false, true, true])
})

test('whose certificate is not of the stack is not spoken to', async () => {
  const stranger = await createMachineKey('m')
  const port = await portOf(createServer({ cert: stranger.selfSignedPem, key: stranger.keyPem }, (_request, response) => response.end('ok')))
  client = localClient(identity)
  await expect(client.call(`https://127.0.0.1:${port}/`, { timeoutMs: 5000 })).rejects.toMatchObject({ code: 'UNREACHABLE' })
})

test('a status, and 0 where there is none', async () => {
  const port = await portOf(createPlainServer((request, response) => response.writeHead(request.url === '/healthz' ? 503 : 404).end('x')))
  const asker = statusAsker('127.0.0.1', port, '/healthz')
  expect(await asker.status(5000)).toBe(503)
  server.closeAllConnections()
  server.close()
  expect(await asker.status(5000)).toBe(0)
  asker.close()
})
