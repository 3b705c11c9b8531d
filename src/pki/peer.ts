/** Who is on the other end of a TLS connection, from its certificate. */
import { X509Certificate } from 'node:crypto'
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import type { PeerKind } from '../agent/api.ts'
import { fingerprint } from './fingerprint.ts'

export interface Peer {
  readonly stack: string
  readonly name: string
  /** A machine that is a controller candidate is both `machine` and `controller`. */
  readonly kinds: readonly PeerKind[]
}

const URI = /^regrow:\/\/([^/]+)\/(operator|controller|machine|monitor)\/([^/]+)$/

/** Reads `URI:regrow://<stack>/<kind>/<name>` entries of a subjectAltName text; undefined when there is none. */
export function parsePeer(subjectAltName: string | undefined): Peer | undefined {
  const matches = (subjectAltName ?? '').split(', ').flatMap((entry) => (entry.startsWith('URI:') ? (URI.exec(entry.slice(4)) ?? []).slice(1) : []))
  const [stack, , name] = matches
  if (stack === undefined || name === undefined) return undefined
  const kinds = matches.filter((_value, index) => index % 3 === 1) as PeerKind[]
  return { stack, name, kinds }
}

export const peerOf = (socket: TLSSocket): Peer | undefined => parsePeer(socket.getPeerCertificate().subjectaltname)

function sentChain(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = []
  let link: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true)
  while (link?.raw !== undefined && chain.length < 5) {
    const certificate = new X509Certificate(link.raw)
    if (chain.some((earlier) => earlier.fingerprint256 === certificate.fingerprint256)) break
    chain.push(certificate)
    link = link.issuerCertificate
  }
  return chain
}

const validAt = (certificate: X509Certificate, nowMs: number): boolean =>
  Date.parse(certificate.validFrom) <= nowMs && nowMs <= Date.parse(certificate.validTo)

/**
 * Before birth a machine knows its root only by fingerprint: the peer must send leaf, issuing CA and root, each signed by
 * the next, the last one being that root. Answers the peer, or undefined when anything is amiss.
 */
export function verifyByFingerprint(socket: TLSSocket, rootFingerprint: string, nowMs: number): Peer | undefined {
  const chain = sentChain(socket)
  const [leaf, ...authorities] = chain
  const root = authorities.at(-1)
  if (leaf === undefined || root === undefined) return undefined
  if (fingerprint(root.toString()) !== rootFingerprint) return undefined
  const linked = chain.every((certificate, index) => {
    const issuer = chain[index + 1] ?? root
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey) && validAt(certificate, nowMs)
  })
  if (!linked || !authorities.every((authority) => authority.ca)) return undefined
  return parsePeer(leaf.subjectAltName)
}
