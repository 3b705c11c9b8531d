import { once } from 'node:events'
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net'
import { createServer } from 'node:https'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createIssuingCa, createMachineKey, createRootCa, signMachine } from '../pki/authority.ts'
import { mtlsClient, type TlsIdentity } from './mtls.ts'

let identity: TlsIdentity
let stranger: TlsIdentity
let server: Server
let url: string

async function identityOf(stack: string): Promise<TlsIdentity> {
  const root = await createRootCa(stack)
  const { keyPem, csrPem } = await createMachineKey('m')
  const cert = await signMachine(await createIssuingCa(stack, root), csrPem, { commonName: 'm', dnsNames: [], addresses: ['127.0.0.1'], uris: [] })
  return { ca: root.certificatePem, cert, key: keyPem }
}

const portOf = (one: Server): number => (one.address() as AddressInfo).port

beforeAll(async () => {
  ;[identity, stranger] = await Promise.all([identityOf('acme'), identityOf('other')])
  server = createServer({ ...identity, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' }, (request, response) => {
    if (request.url === '/never') return
    let bytes = 0
    request.on('data', (chunk: Buffer) => (bytes += chunk.length))
    request.on('end', () => response.writeHead(request.url === '/gone' ? 410 : 200).end(request.url === '/big' ? 'x'.repeat(300_000) : `${request.method} ${bytes}`))
  }).listen(0, '0.0.0.0')
  await once(server, 'listening')
  url = `https://127.0.0.1:${portOf(server)}`
})
afterAll(() => server.close())

test('answers come whole, whatever their status', async () => {
  const client = mtlsClient(identity)
  const answers = await Promise.all([
    client.call(`${url}/`, { timeoutMs: 2000 }),
    client.call(`${url}/gone`, { timeoutMs: 2000 }),
    client.call(`${url}/`, { method: 'PUT', body: Buffer.alloc(500_000), timeoutMs: 2000 }),
    client.call(`${url}/big`, { timeoutMs: 2000 }),
  ])
  expect(answers.map(({ status, body }) => `${status} ${body.length > 100 ? body.length : body.toString()}`)).toEqual(['200 GET 0', '410 GET 0', '200 PUT 500000', '200 300000'])
  await client.close()
})

test('a call that is late ends on time, and the next one is answered', async () => {
  const client = mtlsClient(identity)
  const startedMs = Date.now()
  await expect(client.call(`${url}/never`, { timeoutMs: 200 })).rejects.toMatchObject({ code: 'UNREACHABLE' })
  expect(Date.now() - startedMs).toBeLessThan(400)
  expect((await client.call(`${url}/`, { timeoutMs: 2000 })).status).toBe(200)
  await client.close()
})

test('whose certificate is not of the stack is not spoken to', async () => {
  const client = mtlsClient({ ...identity, ca: stranger.ca })
  await expect(client.call(`${url}/`, { timeoutMs: 1000 })).rejects.toMatchObject({ code: 'UNREACHABLE', cause: { code: expect.stringMatching(/CERT/) } })
  await client.close()
})

test('nor is whose certificate is for another address', async () => {
  const client = mtlsClient(identity)
  await expect(client.call(url.replace('127.0.0.1', '127.0.0.2'), { timeoutMs: 1000 })).rejects.toMatchObject({ code: 'UNREACHABLE', cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' } })
  await client.close()
})

test('a closed port, and one where nobody speaks TLS, are unreachable; an end of the server is noticed', async () => {
  const [client, sockets] = [mtlsClient(identity, { connectTimeoutMs: 300 }), new Set<{ destroy: () => void }>()]
  const mute = createTcpServer((socket) => {
    socket.on('error', () => undefined)
    sockets.add(socket)
  }).listen(0, '127.0.0.1')
  await once(mute, 'listening')
  const port = portOf(mute)
  await expect(client.call(`https://127.0.0.1:${port}/`, { timeoutMs: 2000 })).rejects.toMatchObject({ code: 'UNREACHABLE', cause: { code: 'UND_ERR_CONNECT_TIMEOUT' } })
  for (const socket of sockets) socket.destroy()
  await new Promise((resolve) => mute.close(resolve))
  await expect(client.call(`https://127.0.0.1:${port}/`, { timeoutMs: 2000 })).rejects.toMatchObject({ code: 'UNREACHABLE', cause: { code: 'ECONNREFUSED' } })
  await client.close()
})
