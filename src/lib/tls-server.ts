/** Serves a hono application over TLS and hands each request's socket to the routes. */
import type { IncomingMessage } from 'node:http'
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

/** Lets in only peers of this stack of one of `kinds`; 403 otherwise. Sets `peer`. */
export function requirePeer(stack: string, kinds: readonly PeerKind[]): MiddlewareHandler<NodeBindings> {
  return async (context, next) => {
    const peer = knownPeer(socketOf(context))
    if (peer === undefined || peer.stack !== stack || !peer.kinds.some((kind) => kinds.includes(kind))) {
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
  }, (request, response) => void listener(request, response))
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.address, () => resolve({ close: () => closeNow(server) }))
  })
}

function closeNow(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
