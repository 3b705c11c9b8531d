/** The two questions an entry machine asks one application server: are you well, and is anyone there? */
import type { Health } from '../../plan/types.ts'
import type { Upstream } from '../../render/upstreams.ts'
import { sleep } from '../../lib/clock.ts'
import { isGood, statusAsker } from '../local-client.ts'
import { killSockets } from './nginx.ts'
import { answersConnect } from './probes.ts'

const CONNECT_TIMEOUT_MS = 250
/** Between two looks at a machine that is gone. */
const GONE_EVERY_MS = 250

export interface Verdicts {
  readonly checked: (healthy: boolean) => void
  /** Returns true when the server is out of the pool. */
  readonly connected: (answered: boolean) => boolean
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

  const seek = async (): Promise<void> => {
    while (!stopped) {
      const answered = await answersConnect(upstream, CONNECT_TIMEOUT_MS)
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
    const status = await asker.status(health.timeoutMs)
    checking = false
    if (stopped) return
    verdicts.checked(isGood(status))
    if (status === 0) seekSign()
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
