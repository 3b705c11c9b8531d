/** A parent's side of a birth: claim the newborn, check its proof, sign its key, hand it everything it needs. One attempt each. */
import { createHash } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { Agent, buildConnector, request } from 'undici'
import type { BirthClaim, BirthPackage } from '../agent/api.ts'
import { OperationError } from '../lib/errors.ts'
import type { TlsIdentity } from '../lib/mtls.ts'
import { requestKeyHash } from '../pki/authority.ts'
import type { JoinClaim } from '../pki/join.ts'
import { PORTS } from '../plan/types.ts'

const TIMEOUT_MS = 5000
const RELEASE_TIMEOUT_MS = 60_000

export interface Newborn {
  /** To be judged before anything is handed over. */
  readonly claim: JoinClaim
  readonly deliverRelease: (digest: string, archive: Buffer) => Promise<void>
  readonly complete: (birth: BirthPackage) => Promise<void>
  readonly close: () => Promise<void>
}

/** Connections that all show the same certificate, whichever it is: the proof in the claim covers its fingerprint. */
function pinnedAgent(identity: TlsIdentity): { dispatcher: Agent; shown: () => string } {
  let pinned: string | undefined
  const connectTls = buildConnector({
    // The newborn knows the root only by fingerprint, so the parent sends it along.
    cert: `${identity.cert.trimEnd()}\n${identity.ca}`,
    key: identity.key,
    rejectUnauthorized: false,
    timeout: TIMEOUT_MS,
    maxCachedSessions: 0,
  })
  const dispatcher = new Agent({
    connect: (options, callback) => connectTls(options, (error, socket) => {
      // undici's types promise null here; a socket that failed is undefined.
      if (error !== null || !socket) return callback(error ?? new Error('no TLS connection'), null)
      const shown = createHash('sha256').update((socket as TLSSocket).getPeerCertificate().raw).digest('hex')
      pinned ??= shown
      if (shown === pinned) return callback(null, socket)
      socket.destroy()
      return callback(new Error('the newborn shows another certificate than before'), null)
    }),
  })
  return { dispatcher, shown: () => pinned ?? '' }
}

/** Opens the door of the newborn at `address` and asks for its claim. */
export async function claimNewborn(address: string, identity: TlsIdentity): Promise<Newborn> {
  const { dispatcher, shown } = pinnedAgent(identity)
  const call = async (method: 'POST' | 'PUT', path: string, body: string | Buffer, timeoutMs = TIMEOUT_MS): Promise<unknown> => {
    const url = `https://${address}:${PORTS.agent}${path}`
    const answer = await request(url, { dispatcher, method, body, signal: AbortSignal.timeout(timeoutMs), headers: { 'content-type': 'application/json' } })
    const text = await answer.body.text()
    if (answer.statusCode > 299) throw new OperationError(`HTTP_${answer.statusCode}`, `${url} answered ${answer.statusCode}`, { stderr: text })
    return JSON.parse(text)
  }
  try {
    const claim = (await call('POST', '/v1/birth/claim', '{}')) as BirthClaim
    return {
      claim: { ...claim, channelFingerprint: shown(), keyHash: await requestKeyHash(claim.csrPem) },
      deliverRelease: async (digest, archive) => {
        await call('PUT', `/v1/releases/${digest}`, archive, RELEASE_TIMEOUT_MS)
      },
      complete: async (birth) => {
        await call('POST', '/v1/birth/complete', JSON.stringify(birth))
      },
      close: () => dispatcher.destroy(),
    }
  } catch (error) {
    await dispatcher.destroy()
    throw error
  }
}
