import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { knock } from './knock.ts'

let directory: string
let server: Server | undefined
const sockets: Socket[] = []
const path = (): string => join(directory, 'door')
const serve = (onRequest: (socket: Socket, request: Buffer) => void): Promise<void> => new Promise((resolve) => {
  server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined).on('data', (request: Buffer) => onRequest(socket, request))
  }).listen(path(), resolve)
})

beforeEach(() => { directory = mkdtempSync(join(tmpdir(), 'knock-')) })
afterEach(() => {
  sockets.splice(0).forEach((socket) => socket.destroy())
  server?.close()
  server = undefined
  rmSync(directory, { recursive: true })
})

test('an engine that refuses TLS answers', async () => {
  const requests: string[] = []
  await serve((socket, request) => {
    requests.push(request.toString('hex'))
    socket.write('N')
  })
  expect(await knock(2000, path())).toBe('answered')
  expect(requests).toEqual(['0000000804d2162f'])
})

test('one that hangs up lives too', async () => {
  await serve((socket) => void socket.end())
  expect(await knock(2000, path())).toBe('answered')
})

test('one whose connections only the kernel takes is silent', async () => {
  await serve(() => undefined)
  expect(await knock(50, path())).toBe('silent')
})

test('one that is not there', async () => {
  expect(await knock(2000, path())).toBe('absent')
})
