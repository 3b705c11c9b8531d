import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { postgresSigns, type Places } from './signs.ts'

let directory: string
let places: Places
let server: Server
let signs: ReturnType<typeof postgresSigns>
const sockets: Socket[] = []
const onSign = vi.fn()

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'signs-'))
  writeFileSync(join(directory, 'standby.signal'), '')
  places = { socket: `${directory}.door`, directory }
  server = createServer((socket) => void sockets.push(socket.on('error', () => undefined).on('data', () => socket.write('N'))))
  await new Promise<void>((resolve) => { server.listen(places.socket, resolve) })
})
afterEach(() => {
  signs.stop()
  sockets.splice(0).forEach((socket) => socket.destroy())
  server.close()
  rmSync(directory, { recursive: true, force: true })
  onSign.mockClear()
})
const followed = async (): Promise<void> => {
  signs = postgresSigns(onSign, places)
  await vi.waitFor(() => expect(sockets[0]?.bytesWritten).toBe(1))
}

test('the connection ends with the main process, and is taken up again when it is renewed', async () => {
  await followed()
  signs.renew()
  expect(sockets).toHaveLength(1)
  sockets[0]?.destroy()
  await vi.waitFor(() => expect(onSign).toHaveBeenCalledTimes(1))
  signs.renew()
  await vi.waitFor(() => expect(sockets).toHaveLength(2))
})

test('standby.signal goes', async () => {
  await followed()
  rmSync(join(directory, 'standby.signal'))
  await vi.waitFor(() => expect(onSign).toHaveBeenCalled())
})

test('nobody is there, and no directory: no sign, and no error', async () => {
  places = { socket: `${directory}.nobody`, directory: `${directory}.nothing` }
  signs = postgresSigns(onSign, places)
  await new Promise((resolve) => setTimeout(resolve, 50))
  signs.renew()
  expect(onSign).not.toHaveBeenCalled()
})
