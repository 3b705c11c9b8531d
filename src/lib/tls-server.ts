/** Serves a hono application over TLS and hands each request's socket to the routes. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { getRequestListener } from '@hono/node-server'
import type { Context, Hono, MiddlewareHandler } from 'hono'
import type { PeerKind } from '../agent/api.ts'
import { peerOf, type Peer } from '../pki/peer.ts'

export interface TlsServerOptions {
  readonly port: number
  readonly address: string
  readonly cert: string
  readonly key: string
  /** Root that clients must chain to. Without it every client certificate is let in for the routes to judge. */
  readonly ca?: string
  /** False: clients are not even asked for one. Default true. */
  readonly clientCertificates?: boolean
  /** A `GET` that is asked all the time: peers that may ask it get its JSON without the router. Others, and failures, are left to `app`. */
  readonly often?: { readonly path: string; readonly isAllowed: (peer: Peer | undefined) => boolean; readonly json: () => Promise<unknown> }
}

export interface RunningServer {
  readonly close: () => Promise<void>
}

type NodeBindings = { Bindings: { incoming: IncomingMessage }; Variables: { peer: Peer } }
export type TlsApp = Hono<NodeBindings>
export type TlsContext = Context<NodeBindings>

export const socketOf = (context: TlsContext): TLSSocket => context.env.incoming.socket as TLSSocket

/** A certificate is read once for each connection: pollers ask twice a second on the same one. */
const peers = new WeakMap<TLSSocket, Peer | undefined>()

function knownPeer(socket: TLSSocket): Peer | undefined {
  if (!peers.has(socket)) peers.set(socket, peerOf(socket))
  return peers.get(socket)
}

/** True for peers of this stack of one of `kinds`. */
export const isPeerOf = (stack: string, kinds: readonly PeerKind[]) => (peer: Peer | undefined): peer is Peer =>
  peer !== undefined && peer.stack === stack && peer.kinds.some((kind) => kinds.includes(kind))

/** Lets in only these; 403 otherwise. Sets `peer`. */
export function requirePeer(stack: string, kinds: readonly PeerKind[]): MiddlewareHandler<NodeBindings> {
  const isAllowed = isPeerOf(stack, kinds)
  return async (context, next) => {
    const peer = knownPeer(socketOf(context))
    if (!isAllowed(peer)) {
      return context.json({ error: `this call is for ${kinds.join(' or ')} certificates of stack ${stack}` }, 403)
    }
    context.set('peer', peer)
    return next()
  }
}

/** Resolves when the port is bound; rejects when it can't be. */
export function serveTls(app: TlsApp, options: TlsServerOptions): Promise<RunningServer> {
  const listener = getRequestListener((request, bindings) => app.fetch(request, bindings))
  const server = createServer({
    cert: options.cert,
    key: options.key,
    requestCert: options.clientCertificates ?? true,
    rejectUnauthorized: options.ca !== undefined,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    minVersion: 'TLSv1.3',
  }, (request, response) => {
    const { often } = options
    if (often === undefined || request.url !== often.path || request.method !== 'GET' || !often.isAllowed(knownPeer(request.socket as TLSSocket))) {
      return void listener(request, response)
    }
    often.json().then((value) => sendJson(response, JSON.stringify(value)), () => void listener(request, response))
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.address, () => resolve({ close: () => closeNow(server) }))
  })
}

function sendJson(response: ServerResponse, text: string): void {
  // The clock's text is kept for a second by a timer, and each timer wakes the process up.
  response.sendDate = false
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text)
}

function closeNow(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
