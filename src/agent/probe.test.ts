import { createServer, type Server } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { afterEach, expect, test } from 'vitest'
import { createMachineKey } from '../pki/authority.ts'
import { probe } from './probe.ts'

let server: Server | undefined
const listen = (made: Server): Promise<number> => new Promise((resolve) => {
  server = made.listen(0, '127.0.0.1', () => resolve((made.address() as { port: number }).port))
})
const ask = (port: number) => probe({ address: '127.0.0.1', timeoutMs: 300 }, port)

afterEach(() => server?.close())

test('an agent that speaks TLS answers, also when it wants a certificate', async () => {
  const key = await createMachineKey('db-1')
  const port = await listen(createTlsServer({ cert: key.selfSignedPem, key: key.keyPem, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' }))
  expect(await ask(port)).toEqual({ outcome: 'answered' })
})

test('an alert is an answer', async () => {
  // A TLS server without a certificate can only send an alert.
  expect(await ask(await listen(createTlsServer({})))).toEqual({ outcome: 'answered' })
})

test('a kernel that takes the connection for a program that never speaks is open', async () => {
  expect(await ask(await listen(createServer()))).toEqual({ outcome: 'open' })
})

test('a program that hangs up without a word is open too', async () => {
  expect(await ask(await listen(createServer((socket) => socket.end())))).toEqual({ outcome: 'open' })
})

test('nobody on the port', async () => {
  const port = await listen(createServer())
  await new Promise((resolve) => server?.close(resolve))
  expect(await ask(port)).toEqual({ outcome: 'refused' })
})
