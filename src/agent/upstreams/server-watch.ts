/** The questions an entry machine asks one application server: are you well; if it keeps silent, is anyone there, and is anything running there at all? */
import type { Health } from '../../plan/types.ts'
import type { Upstream } from '../../render/upstreams.ts'
import { sleep } from '../../lib/clock.ts'
import { isGood, statusAsker } from '../local-client.ts'
import { killSockets } from './nginx.ts'
import { probe } from '../probe.ts'
import { answersConnect } from './probes.ts'

const CONNECT_TIMEOUT_MS = 250
/** The agent over there does little else than answer. */
const LIFE_TIMEOUT_MS = 300
/** Between two looks at a machine that is gone. */
const GONE_EVERY_MS = 250
/**
 * An application that says nothing for so long, on a machine that lives, hangs: what waits there is better told so. Not sooner: one whose workers are
 * all at long requests says nothing either, and those would be lost.
 */
const HUNG_MS = 10_000

export interface Verdicts {
  readonly checked: (healthy: boolean) => void
  /** Returns true when the server is out of the pool. */
  readonly connected: (answered: boolean) => boolean
  readonly hasOthers: () => boolean
}

export interface ServerWatch {
  /** Does nothing while the last check has no answer yet. */
  readonly check: () => void
  readonly isUnanswered: () => boolean
  /** Connects, again and again until somebody answers; does nothing while it is at that already. */
  readonly seekSign: () => void
  readonly stop: () => void
}

export function watchServer(upstream: Upstream, health: Health, verdicts: Verdicts): ServerWatch {
  const asker = statusAsker(upstream.address, upstream.port, health.path)
  let stopped = false
  let checking = false
  let seeking = false
  /** When the first check was asked that has had no answer, nor any after it. */
  let silentSinceMs: number | null = null

  const isInDoubt = (): boolean => checking || silentSinceMs !== null
  /** A machine that stands still takes connections all the same: its kernel does. */
  const showsLife = async (): Promise<boolean> => (await probe({ address: upstream.address, timeoutMs: LIFE_TIMEOUT_MS })).outcome !== 'open' || !isInDoubt()
  const seek = async (): Promise<void> => {
    while (!stopped) {
      const answered = await answersConnect(upstream, CONNECT_TIMEOUT_MS) && (!isInDoubt() || await showsLife())
      const isOut = verdicts.connected(answered)
      if (answered) return
      // The second one follows at once.
      if (!isOut) continue
      await killSockets(upstream.address, upstream.port)
      await sleep(GONE_EVERY_MS)
    }
  }
  const seekSign = (): void => {
    if (seeking) return
    seeking = true
    void seek().finally(() => {
      seeking = false
    })
  }
  const check = async (): Promise<void> => {
    checking = true
    const askedMs = performance.now()
    const status = await asker.status(health.timeoutMs)
    checking = false
    if (stopped) return
    silentSinceMs = status === 0 ? (silentSinceMs ?? askedMs) : null
    verdicts.checked(isGood(status))
    if (status !== 0) return
    seekSign()
    if (performance.now() - (silentSinceMs ?? askedMs) >= HUNG_MS && verdicts.hasOthers()) await killSockets(upstream.address, upstream.port)
  }
  return {
    check: () => {
      if (!checking) void check()
    },
    isUnanswered: () => checking,
    seekSign,
    stop: () => {
      stopped = true
      asker.close()
    },
  }
}
