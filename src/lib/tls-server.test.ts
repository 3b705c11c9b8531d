import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { Hono } from 'hono'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createIssuingCa, createMachineKey, createRootCa, signMachine } from '../pki/authority.ts'
import type { TlsIdentity } from './http-call.ts'
import { mtlsClient } from './mtls.ts'
import { isPeerOf, requirePeer, serveTls, type RunningServer, type TlsApp } from './tls-server.ts'

let server: RunningServer
let url: string
let identities: Record<'machine' | 'controller' | 'stranger', TlsIdentity>
let often: () => Promise<unknown>

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

beforeAll(async () => {
  const root = await createRootCa('acme')
  const issuing = await createIssuingCa('acme', root)
  const identityOf = async (uri: string): Promise<TlsIdentity> => {
    const { keyPem, csrPem } = await createMachineKey('m')
    return { ca: root.certificatePem, cert: await signMachine(issuing, csrPem, { commonName: 'm', dnsNames: [], addresses: ['127.0.0.1'], uris: [uri] }), key: keyPem }
  }
  const [machine, controller, stranger] = await Promise.all(['acme/machine/m', 'acme/controller/m', 'other/controller/m'].map((name) => identityOf(`regrow://${name}`))) as [TlsIdentity, TlsIdentity, TlsIdentity]
  identities = { machine, controller, stranger }
  const app: TlsApp = new Hono()
  app.get('/v1/facts', requirePeer('acme', ['controller']), (context) => context.json('from the router'))
  app.get('/v1/other', (context) => context.json('other'))
  const port = await freePort()
  url = `https://127.0.0.1:${port}`
  server = await serveTls(app, { port, address: '127.0.0.1', ...machine, often: { path: '/v1/facts', isAllowed: isPeerOf('acme', ['controller']), json: () => often() } })
})
afterAll(() => server.close())

async function ask(who: keyof typeof identities, path = '/v1/facts'): Promise<string> {
  const client = mtlsClient(identities[who])
  const { status, body } = await client.call(`${url}${path}`, { timeoutMs: 5000 })
  await client.close()
  return `${status} ${body.toString()}`
}

test('what is often asked is answered without the router', async () => {
  often = async () => ({ name: 'Zoë' })
  expect(await ask('controller')).toBe('200 {"name":"Zoë"}')
  expect(await ask('controller', '/v1/other')).toBe('200 "other"')
})

test.each(['machine', 'stranger'] as const)('but not to a %s', async (who) => {
  often = async () => 'secret'
  expect(await ask(who)).toMatch(/^403 /)
})

test('what fails is left to the router', async () => {
  often = () => Promise.reject(new Error('not now'))
  expect(await ask('controller')).toBe('200 "from the router"')
})
