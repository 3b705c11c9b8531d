import { createServer, type Server } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { connectSql } from './sql.ts'

const message = (code: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5)
  head.write(code)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
const HELLO = Buffer.concat([message('R', Buffer.from([0, 0, 0, 0])), message('Z', Buffer.from('I'))])
/** A row of one column that says to be longer than it is. */
const BROKEN_ROW = message('D', Buffer.from([0, 1, 0, 0, 0]))

let server: Server
afterEach(() => new Promise((resolve) => server.close(resolve)))

test('a row that breaks off is a statement that failed, and no end of the process', async () => {
  server = createServer((socket) => {
    socket.once('data', () => {
      socket.write(HELLO)
      socket.once('data', () => socket.write(BROKEN_ROW))
    })
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = await connectSql({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, database: 'd', user: 'u', password: 'p', tls: null }, 2000)
  await expect(client.query('SELECT 1')).rejects.toThrow('its server was lost in the middle of it')
})
