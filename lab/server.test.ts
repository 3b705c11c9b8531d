import { describe, expect, test } from 'vitest'
import { parseNetwork } from './address.ts'
import { Faults } from './faults.ts'
import { Machines } from './machines.ts'
import { createServer } from './server.ts'

const info = { name: 'x', network: '10.91.0.0/24', hostAddress: '10.91.0.254', image: { packagesHash: 'p', agentHash: 'a' }, startedMs: 1 }

function emptyLab(): ReturnType<typeof createServer> {
  const network = parseNetwork(info.network)
  if (network === undefined) throw new Error(info.network)
  const log = (): void => undefined
  const machines = new Machines({ lab: 'x', network, gateway: info.hostAddress, layers: [], registryLayers: [], hierarchies: [], log, onDelete: () => Promise.resolve(), onKill: () => Promise.resolve() })
  return createServer({ info, token: 'secret', machines, faults: new Faults('x', [], (name) => machines.idOf(name)), log })
}

const app = emptyLab()
const call = (method: string, path: string, body?: unknown, token = 'secret'): Promise<Response> =>
  Promise.resolve(app.request(path, { method, headers: { authorization: `Bearer ${token}` }, ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }) }))
const machine = { name: 'app-1', address: '10.91.0.1', userData: '#cloud-config\n', cpus: 1, memoryMb: 512, diskGb: 2 }

describe("the lab's API", () => {
  test('wants the token', async () => {
    expect((await call('GET', '/v1/lab', undefined, 'wrong!')).status).toBe(401)
    expect((await app.request('/v1/lab')).status).toBe(401)
    expect(await (await call('GET', '/v1/lab')).json()).toEqual(info)
  })
  test.each([
    ['a bad name', { ...machine, name: 'App_1' }, 'name'],
    ['user-data beyond 16 KiB', { ...machine, userData: 'x'.repeat(16_385) }, 'userData'],
    ['an unknown key', { ...machine, colour: 'red' }, 'colour'],
    ['no memory', { ...machine, memoryMb: 0 }, 'memoryMb'],
    ['no JSON', '{', 'JSON'],
  ])('refuses %s with 400 and says what is wrong', async (_, body, word) => {
    const response = await call('POST', '/v1/machines', body)
    expect(response.status).toBe(400)
    expect(((await response.json()) as { error: string }).error).toContain(word)
  })
  test.each(['10.92.0.1', '10.91.0.254', 'somewhere'])('refuses the address %s with 422', async (address) => {
    expect((await call('POST', '/v1/machines', { ...machine, address })).status).toBe(422)
    expect(await (await call('GET', '/v1/machines')).json()).toEqual([])
  })
  test('knows no machine that was not made, and is content to delete it', async () => {
    expect((await call('GET', '/v1/machines/b')).status).toBe(404)
    expect((await call('POST', '/v1/machines/b/power', { action: 'off' })).status).toBe(404)
    expect((await call('POST', '/v1/faults', { kind: 'cut', machine: 'b' })).status).toBe(404)
    expect((await call('DELETE', '/v1/machines/b')).status).toBe(204)
  })
  test('refuses a fault that it does not know', async () => expect((await call('POST', '/v1/faults', { kind: 'flood', machine: 'a' })).status).toBe(400))
  test('refuses a signal that there is not', async () => expect((await call('POST', '/v1/faults', { kind: 'kill', machine: 'a', process: 'nginx', signal: 'SIGNONE' })).status).toBe(400))
})
