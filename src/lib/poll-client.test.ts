import { once } from 'node:events'
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer } from 'node:https'
import { Worker } from 'node:worker_threads'
import { Hono } from 'hono'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createIssuingCa, createMachineKey, createRootCa, signMachine } from '../pki/authority.ts'
import { callJson, type TlsIdentity } from './http-call.ts'
import { pollClient } from './poll-client.ts'
import { serveTls, type TlsApp } from './tls-server.ts'

let identity: TlsIdentity
let stranger: TlsIdentity
let server: Server
let url: string
const sockets = new Set<Socket>()
let met = 0

async function identityOf(stack: string): Promise<TlsIdentity> {
  const root = await createRootCa(stack)
  const { keyPem, csrPem } = await createMachineKey('m')
  const cert = await signMachine(await createIssuingCa(stack, root), csrPem, { commonName: 'm', dnsNames: [], addresses: ['127.0.0.1'], uris: [] })
  return { ca: root.certificatePem, cert, key: keyPem }
}

const portOf = (one: Server): number => (one.address() as AddressInfo).port
const endAll = (): void => sockets.forEach((socket) => socket.destroy())

/** A server in a thread of its own, which answers after 50 ms, also while this one stands still. */
async function elsewhere(): Promise<{ readonly url: string; readonly end: () => Promise<unknown> }> {
  const worker = new Worker(`
    const { parentPort, workerData } = require('node:worker_threads')
    const server = require('node:https').createServer({ ...workerData, requestCert: true }, (_request, response) => setTimeout(() => response.end('here'), 50))
    server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
  `, { eval: true, workerData: identity })
  const [port] = await once(worker, 'message') as [number]
  return { url: `https://127.0.0.1:${port}`, end: () => worker.terminate() }
}

beforeAll(async () => {
  ;[identity, stranger] = await Promise.all([identityOf('acme'), identityOf('other')])
  server = createServer({ ...identity, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' }, (request, response) => {
    if (request.url === '/never') return
    const body = request.url === '/big' ? 'x'.repeat(300_000) : `${request.method}`
    response.writeHead(request.url === '/gone' ? 410 : 200, { 'content-length': body.length, ...(request.url === '/last' ? { connection: 'close' } : {}) }).end(body)
  }).on('secureConnection', (socket: Socket) => {
    met++
    sockets.add(socket)
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket))
  }).listen(0, '0.0.0.0')
  await once(server, 'listening')
  url = `https://127.0.0.1:${portOf(server)}`
})
afterAll(() => server.close())

test('answers come whole, whatever their status, one after the other on one connection', async () => {
  const [client, before] = [pollClient(identity), met]
  const told: string[] = []
  for (const path of ['/', '/gone', '/big', '/']) {
    const { status, body } = await client.call(`${url}${path}`, { timeoutMs: 2000 })
    told.push(`${status} ${body.length}`)
  }
  expect(told).toEqual(['200 3', '410 3', '200 300000', '200 3'])
  expect(met - before).toBe(1)
  await client.close()
})

test('the agents\' own server is understood', async () => {
  const app: TlsApp = new Hono()
  app.get('/v1/facts', (context) => context.json({ machine: 'ä'.repeat(9000) }))
  const port = 39_471
  const running = await serveTls(app, { port, address: '127.0.0.1', cert: identity.cert, key: identity.key, ca: identity.ca })
  const client = pollClient(identity)
  expect(await callJson(client, `https://127.0.0.1:${port}/v1/facts`, { timeoutMs: 2000 })).toEqual({ machine: 'ä'.repeat(9000) })
  await expect(callJson(client, `https://127.0.0.1:${port}/v1/other`, { timeoutMs: 2000 })).rejects.toMatchObject({ code: 'HTTP_404' })
  await client.close()
  await running.close()
})

test('a call that is late ends on time, and the next one is answered', async () => {
  const client = pollClient(identity)
  await expect(client.call(`${url}/never`, { timeoutMs: 200 })).rejects.toMatchObject({ code: 'UNREACHABLE', cause: { message: 'no answer within 200 ms' } })
  expect((await client.call(`${url}/`, { timeoutMs: 2000 })).status).toBe(200)
  await client.close()
})

test('an answer that came while this process stood still is not late', async () => {
  const child = await elsewhere()
  const slow = pollClient(identity)
  await slow.call(`${child.url}/`, { timeoutMs: 2000 })
  const answer = slow.call(`${child.url}/`, { timeoutMs: 100 })
  await new Promise((resolve) => setTimeout(resolve, 10))
  // From here on the event loop comes to its timers before it comes to its sockets.
  await new Promise((resolve) => setImmediate(resolve))
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600)
  expect((await answer).status).toBe(200)
  await Promise.all([slow.close(), child.end()])
})

test('a connection that the server ends is not used again', async () => {
  const client = pollClient(identity)
  expect((await client.call(`${url}/last`, { timeoutMs: 2000 })).status).toBe(200)
  expect((await client.call(`${url}/`, { timeoutMs: 2000 })).status).toBe(200)
  const never = client.call(`${url}/never`, { timeoutMs: 5000 })
  setTimeout(endAll, 100)
  await expect(never).rejects.toMatchObject({ code: 'UNREACHABLE' })
  expect((await client.call(`${url}/`, { timeoutMs: 2000 })).status).toBe(200)
  await client.close()
})

test('no call outlives its client', async () => {
  const client = pollClient(identity)
  const never = client.call(`${url}/never`, { timeoutMs: 5000 })
  void client.close()
  await expect(never).rejects.toMatchObject({ cause: { message: 'the client is closed' } })
})

test('whose certificate is not of the stack, or for another address, is not spoken to', async () => {
  const [client, strange] = [pollClient(identity), pollClient({ ...identity, ca: stranger.ca })]
  await expect(strange.call(`${url}/`, { timeoutMs: 1000 })).rejects.toMatchObject({ code: 'UNREACHABLE', cause: { code: expect.stringMatching(/CERT/) } })
  await expect(client.call(url.replace('127.0.0.1', '127.0.0.2'), { timeoutMs: 1000 })).rejects.toMatchObject({ code: 'UNREACHABLE', cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' } })
  await Promise.all([client.close(), strange.close()])
})

test('a closed port, and one where nobody speaks TLS, are unreachable; a slow beginning outlives the call that made it', async () => {
  const [client, opened] = [pollClient(identity, 600), new Set<Socket>()]
  const mute = createTcpServer((socket) => {
    socket.on('error', () => undefined)
    opened.add(socket)
  }).listen(0, '127.0.0.1')
  await once(mute, 'listening')
  const port = portOf(mute)
  await expect(client.call(`https://127.0.0.1:${port}/`, { timeoutMs: 200 })).rejects.toMatchObject({ cause: { message: 'no answer within 200 ms' } })
  await expect(client.call(`https://127.0.0.1:${port}/`, { timeoutMs: 5000 })).rejects.toMatchObject({ cause: { message: 'no connection within 600 ms' } })
  expect(opened.size).toBe(1)
  for (const socket of opened) socket.destroy()
  await new Promise((resolve) => mute.close(resolve))
  await expect(client.call(`https://127.0.0.1:${port}/`, { timeoutMs: 2000 })).rejects.toMatchObject({ code: 'UNREACHABLE', cause: { code: 'ECONNREFUSED' } })
  await client.close()
})
