import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { createAsker, type Asker } from './asker.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
const REQUEST = 'GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n'
const LONG_MS = 10_000

let server: Server
let asker: Asker
/** Of each connection, in order. */
let sockets: Socket[]

/** `onRequest`: what the server does with the `request`th question of its `connection`th connection, both from 1. */
async function serve(onRequest: (socket: Socket, connection: number, request: number) => void, renewAfter?: number): Promise<void> {
  sockets = []
  server = createServer((socket) => {
    const connection = sockets.push(socket)
    let requests = 0
    socket.on('error', () => undefined)
    socket.on('data', () => onRequest(socket, connection, ++requests))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  asker = createAsker(() => connect(port, '127.0.0.1'), renewAfter)
}
const status = async (timeoutMs = LONG_MS): Promise<number | string> => asker.ask(REQUEST, timeoutMs).then((answer) => answer.status, (error: Error) => error.message)

afterEach(() => {
  asker.close()
  sockets.forEach((socket) => socket.destroy())
  server.close()
})

test('one connection serves many questions', async () => {
  await serve((socket) => socket.write(OK))
  expect([await status(), await status(), await status()]).toEqual([200, 200, 200])
  expect(sockets).toHaveLength(1)
})

test('questions at the same time wait for each other', async () => {
  await serve((socket, _connection, request) => socket.write(`HTTP/1.1 20${request} x\r\ncontent-length: 0\r\n\r\n`))
  expect(await Promise.all([status(), status(), status()])).toEqual([201, 202, 203])
  expect(sockets).toHaveLength(1)
})

test('an answer may come in pieces', async () => {
  await serve((socket) => {
    socket.setNoDelay(true)
    socket.write(OK.slice(0, 20), () => setImmediate(() => socket.write(OK.slice(20))))
  })
  expect(await status()).toBe(200)
})

test('a server that says close is asked on a new connection', async () => {
  await serve((socket) => socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'))
  expect([await status(), await status()]).toEqual([200, 200])
  expect(sockets).toHaveLength(2)
})

test('a server that closes at the moment of a question is asked again, once', async () => {
  await serve((socket, connection, request) => (request === 1 && connection < 3 ? socket.write(OK) : socket.destroy()))
  expect([await status(), await status()]).toEqual([200, 200])
  expect(sockets).toHaveLength(2)
  expect(await status()).not.toBe(200)
  expect(sockets).toHaveLength(3)
})

test('a server that closes in the middle of its answer gives none', async () => {
  await serve((socket) => socket.end(OK.slice(0, -1)))
  expect(await status()).toBe('the connection was closed within the answer')
})

test('a connection that has fallen silent costs one answer and is made anew', async () => {
  await serve((socket, connection, request) => {
    if (connection > 1 || request === 1) socket.write(OK)
  })
  expect(await status()).toBe(200)
  expect(await status(50)).toBe('no answer in 50 ms')
  expect(await status()).toBe(200)
  expect(sockets).toHaveLength(2)
})

test('a late answer is nobody’s', async () => {
  await serve((socket, connection) => {
    if (connection > 1) socket.write('HTTP/1.1 503 x\r\ncontent-length: 0\r\n\r\n')
  })
  expect(await status(50)).toBe('no answer in 50 ms')
  sockets[0]?.write(OK)
  expect(await status()).toBe(503)
})

test('a refusal is no answer, at once', async () => {
  await serve((socket) => socket.write(OK))
  await new Promise((resolve) => server.close(resolve))
  expect(await status()).toMatch(/ECONNREFUSED/)
})

test('a connection is renewed after so many answers', async () => {
  await serve((socket) => socket.write(OK), 2)
  expect([await status(), await status(), await status()]).toEqual([200, 200, 200])
  expect(sockets).toHaveLength(2)
})
