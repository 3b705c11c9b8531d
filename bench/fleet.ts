/** A process that is all the agents at once: each machine has its own address, key, certificate and HTTPS server. */
import { createServer } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Facts, ProbeRequest } from '../src/agent/api.ts'
import { probe } from '../src/agent/probe.ts'
import { PORTS } from '../src/plan/types.ts'
import { Polls, type PollFigures } from './polls.ts'

export interface FleetMember {
  readonly address: string
  readonly facts: Facts
  readonly certificateChainPem: string
  readonly keyPem: string
}

export type FleetOrder = { readonly order: 'serve'; readonly rootPem: string; readonly members: readonly FleetMember[] } | { readonly order: 'count' } | { readonly order: 'report' }
export type FleetWord = { readonly word: 'serving' | 'counting' } | ({ readonly word: 'figures' } & PollFigures)

/** Runs until its parent goes: it listens to orders on the channel of `fork`. */
export function runFleet(): void {
  const polls = new Polls()
  const say = (word: FleetWord): void => void process.send?.(word)
  process.on('disconnect', () => process.exit(0))
  process.on('message', (order: FleetOrder) => {
    if (order.order === 'serve') void Promise.all(order.members.map((member) => serve(member, order.rootPem, polls))).then(() => say({ word: 'serving' }))
    if (order.order === 'count') {
      polls.begin(Date.now())
      say({ word: 'counting' })
    }
    if (order.order === 'report') say({ word: 'figures', ...polls.figures(Date.now()) })
  })
}

function serve(member: FleetMember, rootPem: string, polls: Polls): Promise<void> {
  const [before = '', between = '', after = ''] = JSON.stringify({ ...member.facts, timeMs: '\0', uptimeS: '\0' }).split('"\\u0000"')
  const startedMs = Date.now()
  const facts = (): string => `${before}${Date.now()}${between}${Math.round(86_400 + (Date.now() - startedMs) / 1000)}${after}`
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.url === '/v1/facts') {
      polls.saw(member.facts.machine, Date.now())
      send(response, facts())
    } else if (request.url === '/v1/probe') void readBody(request).then((body) => probe(JSON.parse(body) as ProbeRequest)).then((result) => send(response, JSON.stringify(result)))
    else {
      response.statusCode = 404
      response.end()
    }
  }
  // As the agent serves: TLS 1.3, and only those who chain to the root.
  const server = createServer({ cert: member.certificateChainPem, key: member.keyPem, ca: rootPem, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' }, answer)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(PORTS.agent, member.address, resolve)
  })
}

function send(response: ServerResponse, json: string): void {
  response.setHeader('content-type', 'application/json')
  response.setHeader('content-length', Buffer.byteLength(json))
  response.end(json)
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
