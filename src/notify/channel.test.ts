/** Channels against real receivers on loopback. */
import { createServer, type AddressInfo, type Server } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startSmtpSink, type SmtpSink } from '../../test/fixtures/smtp-sink.ts'
import type { Channel } from '../plan/types.ts'
import { deliver } from './channel.ts'
import { sendEmail } from './email.ts'
import { testMessage, type Message } from './message.ts'

const message: Message = { ...testMessage({ stack: 'acme', environment: 'lab' }, 0), title: '[acme] needs you: naïve', kind: 'needs-you', text: 'a < b' }
const email = (port: number, auth = false): Channel => ({ kind: 'email', to: 'ops@acme.example', from: 'regrow@acme.example', smtp: `smtp://127.0.0.1:${port}`, userEnv: auth ? 'U' : null, passwordEnv: auth ? 'P' : null })

let got: { path: string; headers: Record<string, string>; body: string }[]
let answers: number[]
let web: ReturnType<typeof serve>
let sink: SmtpSink | undefined
let base: string

beforeEach(async () => {
  [got, answers, sink] = [[], [], undefined]
  const app = new Hono()
  app.post('*', async (context) => {
    got.push({ path: context.req.path, headers: context.req.header(), body: await context.req.text() })
    return context.body(null, (answers.shift() ?? 200) as 200)
  })
  await new Promise<void>((resolve) => {
    web = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
      base = `http://127.0.0.1:${port}`
      resolve()
    })
  })
})
afterEach(async () => {
  web.close()
  await sink?.close()
})

const secrets = (): Record<string, string> => ({ X: `${base}/s3cret-path`, U: 'ops', P: 's3cret-password' })

test.each<[Channel['kind'], unknown]>([
  ['slack', { text: '*[acme] needs you: naïve*\na &lt; b' }],
  ['mattermost', { text: '**[acme] needs you: naïve**\na < b' }],
  ['webhook', { version: 1, ...message }],
])('%s gets JSON', async (kind, body) => {
  expect(await deliver({ kind, urlEnv: 'X' } as Channel, message, secrets())).toEqual({ ok: true })
  expect(got).toHaveLength(1)
  expect(JSON.parse(got[0]?.body ?? '')).toEqual(body)
})

test('ntfy gets the text, with a title in ASCII and its urgency in headers', async () => {
  expect(await deliver({ kind: 'ntfy', urlEnv: 'X' }, message, secrets())).toEqual({ ok: true })
  expect(got[0]).toMatchObject({ body: 'a < b', headers: { title: `=?UTF-8?B?${Buffer.from('[acme] needs you: naïve').toString('base64')}?=`, priority: 'urgent', tags: 'rotating_light' } })
})

test('what may pass is tried again, within bounds; a refusal is not; no secret is quoted', async () => {
  answers = [503, 429, 200]
  expect(await deliver({ kind: 'ntfy', urlEnv: 'X' }, message, secrets(), [1, 1])).toEqual({ ok: true })
  answers = [503, 503, 503]
  expect(await deliver({ kind: 'ntfy', urlEnv: 'X' }, message, secrets(), [1, 1])).toEqual({ ok: false, detail: `${new URL(base).host} answered 503` })
  answers = [404]
  expect(await deliver({ kind: 'ntfy', urlEnv: 'X' }, message, secrets(), [1, 1])).toEqual({ ok: false, detail: `${new URL(base).host} answered 404` })
  expect(got).toHaveLength(7)
  expect(await deliver({ kind: 'slack', urlEnv: 'GONE' }, message, secrets(), [1])).toEqual({ ok: false, detail: 'GONE holds no address; set it in the environment file and run: regrow up' })
})

test('nobody there', async () => {
  const outcome = await deliver({ kind: 'slack', urlEnv: 'X' }, message, { X: 'http://127.0.0.1:1/s3cret-path' }, [])
  expect(outcome).toEqual({ ok: false, detail: '127.0.0.1:1 gave no answer: connect ECONNREFUSED 127.0.0.1:1' })
})

test('e-mail: one message, marked as urgent and as sent by a program', async () => {
  sink = await startSmtpSink()
  expect(await deliver(email(sink.port), message, secrets(), [])).toEqual({ ok: true })
  expect(sink.commands.filter((command) => /^(?:MAIL|RCPT)/.test(command))).toEqual(['MAIL FROM:<regrow@acme.example>', 'RCPT TO:<ops@acme.example>'])
  expect(sink.messages[0]).toMatch(/^Subject: =\?UTF-8\?.*=C3=AF/m)
  expect(sink.messages[0]).toMatch(/^Importance: High/m)
  expect(sink.messages[0]).toMatch(/^Auto-Submitted: auto-generated/m)
})

test('e-mail: a password is not sent where nothing is encrypted', async () => {
  sink = await startSmtpSink({ offers: ['AUTH PLAIN LOGIN'] })
  const outcome = await deliver(email(sink.port, true), message, secrets(), [])
  expect(outcome).toMatchObject({ ok: false })
  expect(sink.commands.join('\n')).not.toMatch(/AUTH/)
  expect(JSON.stringify(outcome)).not.toMatch(/s3cret/)
})

test('e-mail: a refusal is final, and says why', async () => {
  sink = await startSmtpSink({ refuses: '550 5.1.1 no such user' })
  const outcome = await deliver(email(sink.port), message, secrets(), [1, 1])
  expect(outcome).toMatchObject({ ok: false, detail: expect.stringContaining('550 5.1.1 no such user') as string })
  expect(sink.commands.filter((command) => command.startsWith('MAIL'))).toHaveLength(1)
})

test('e-mail: a server that never says a word is given up', async () => {
  const mute: Server = createServer((socket) => void socket.on('error', () => undefined))
  const port = await new Promise<number>((resolve) => mute.listen(0, '127.0.0.1', () => resolve((mute.address() as AddressInfo).port)))
  await expect(sendEmail(email(port) as Extract<Channel, { kind: 'email' }>, message, secrets(), 200)).rejects.toMatchObject({ code: 'UNREACHABLE' })
  mute.close()
})
