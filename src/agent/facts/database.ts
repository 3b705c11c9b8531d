/** What the database on this machine says of itself: asked when something happened to it, and otherwise from time to time. */
import type { EngineObserver } from '../../engines/observer.ts'
import type { MtlsClient } from '../../lib/http-call.ts'
import type { DatabaseFacts } from '../api.ts'
import { cached } from './cached.ts'

const UNSETTLED_MS = 400
/** Patroni takes a new TLS connection for each answer. */
const SETTLED_MS = 2700
/** What lies on the disk may be ahead of what the node says: a promotion goes on when standby.signal is gone. */
const SETTLED_AFTER_MS = 5000
/** A copy takes as long as it takes. */
const ON_ITS_WAY = ['streaming', 'creating replica']

export interface Followed extends Pick<EngineObserver, 'readFacts'> {
  readonly node: Pick<EngineObserver['node'], 'processId' | 'isStandby' | 'connections' | 'wakeElector'>
}

/** Null: no answer. At most half a second old; when nothing has happened to the node for some seconds, at most three, but for its role. */
export function databaseWatch(engine: Followed, local: MtlsClient, now: () => number = () => performance.now()): () => Promise<DatabaseFacts | null> {
  let trace: string | undefined
  let changedMs = 0
  let isSettled = false
  let stuckSinceMs: number | null = null
  let links: string | undefined
  const maxAgeMs = (): number => {
    const seen = `${engine.node.processId() ?? ''} ${engine.node.isStandby()}`
    if (seen !== trace) {
      trace = seen
      changedMs = now()
      return 0
    }
    return now() - changedMs >= SETTLED_AFTER_MS && isSettled ? SETTLED_MS : UNSETTLED_MS
  }
  return cached<DatabaseFacts | null>(maxAgeMs, null, async () => {
    isSettled = false
    const facts = await engine.readFacts(local)
    isSettled = streams(facts)
    const before = links
    links = linksOf(facts)
    if (before !== undefined && before !== links) {
      changedMs = now()
      // A standby that streams, or counts, is of use only once whoever elects has noticed: at its next round, a second later, or now.
      engine.node.wakeElector(local).catch(() => undefined)
    }
    stuckSinceMs = isStuck(facts) ? (stuckSinceMs ?? now()) : null
    const connections = engine.node.connections()
    return { ...facts, stuckMs: stuckSinceMs === null ? 0 : Math.round(now() - stuckSinceMs), ...(connections === null ? {} : { connections }) }
  }, now)
}

/** Who replicates from whom, and how. */
const linksOf = ({ role, state, standbys }: DatabaseFacts): string => [role, state, ...standbys.map(({ name, state: link, sync }) => `${name} ${link} ${sync}`)].join('\n')

/** Both ends of the stream: a primary whose standby has yet to come is looked at closely. */
const streams = ({ role, state, standbys }: DatabaseFacts): boolean => (role === 'primary' ? standbys.some((standby) => standby.state === 'streaming') : state === 'streaming')

const isStuck = ({ role, state, leaderless }: DatabaseFacts): boolean => leaderless !== true && role !== 'primary' && !ON_ITS_WAY.includes(state)
