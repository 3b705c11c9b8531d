import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { visit } from './visit.ts'

let server: Server
let url = ''
let asked = 0

beforeEach(async () => {
  asked = 0
  server = createServer((request, response) => {
    asked += 1
    if (request.url === '/cut-once' && asked === 1) return void request.socket.destroy()
    if (request.url === '/broken-off') return void response.writeHead(200, { 'content-length': '10' }).write('abc', () => request.socket.destroy())
    response.writeHead(request.url === '/bad' ? 502 : 200).end('text')
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => void server.close())

test('a good answer needs one try', async () => {
  expect(await visit(`${url}/`)).toMatchObject({ failures: [], answered: true })
  expect(asked).toBe(1)
})

test('a connection that fails is made once more', async () => {
  expect(await visit(`${url}/cut-once`)).toMatchObject({ failures: ['reset'], answered: true })
  expect(await visit(`${url}/broken-off`)).toMatchObject({ failures: ['reset', 'reset'], answered: false })
})

test('an answer that says no is taken for an answer', async () => {
  expect(await visit(`${url}/bad`)).toMatchObject({ failures: ['http-502'], answered: false })
  expect(asked).toBe(1)
})

test('where nobody listens both tries are refused', async () => {
  await new Promise((resolve) => server.close(resolve))
  expect(await visit(url)).toMatchObject({ failures: ['refused', 'refused'], answered: false })
})
