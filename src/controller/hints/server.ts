/** A controller candidate's second door, PORTS.hints: for monitoring systems, which have a token and no certificate. */
import { sleep } from '../../lib/clock.ts'
import { errorFields, type Log } from '../../lib/log.ts'
import type { TlsIdentity } from '../../lib/mtls.ts'
import { serveTls, type RunningServer } from '../../lib/tls-server.ts'
import { PORTS } from '../../plan/types.ts'
import type { Diary } from '../events.ts'
import type { Store, Term } from '../store.ts'
import { startNotices, type Notices } from './notices.ts'
import { rateLimit } from './rate-limit.ts'
import { hintRoutes } from './routes.ts'
import { desiredReader } from './tokens.ts'

export interface HintServerParts {
  readonly machine: string
  readonly identity: TlsIdentity
  readonly stackKey: string
  readonly store: Store
  readonly term: () => Term | null
  /** Null while this controller doesn't act. */
  readonly diary: () => Pick<Diary, 'write'> | null
  readonly log: Log
}

const PER_MINUTE = 60
const BURST = 30
const NOTICES_EVERY_MS = 5000

/** Serves whether this candidate leads or not: hints are only put into etcd here. Resolves when the port is bound. */
export async function startHintServer(parts: HintServerParts): Promise<RunningServer> {
  const { machine, identity, store, log } = parts
  const now = Date.now
  const leads = (): Term | null => (parts.diary() === null ? null : parts.term())
  const notices = startNotices({ candidate: machine, store, leads, tell: (...event) => parts.diary()?.write(...event), now })
  const app = hintRoutes({ desired: desiredReader(store, parts.stackKey, now), inbox: store, limit: rateLimit(PER_MINUTE, BURST, now), forged: notices.forged, log, now })
  const server = await serveTls(app, { port: PORTS.hints, address: '0.0.0.0', cert: identity.cert, key: identity.key, clientCertificates: false })
  const stop = new AbortController()
  void noticeRounds(notices, stop.signal, log)
  return { close: async () => (stop.abort(), server.close()) }
}

async function noticeRounds(notices: Notices, signal: AbortSignal, log: Log): Promise<void> {
  for (;;) {
    await sleep(NOTICES_EVERY_MS, signal).catch(() => undefined)
    if (signal.aborted) return
    await notices.round().catch((error: unknown) => log('warn', 'hints that were refused or taken back could not be told', errorFields(error)))
  }
}
