/** Entry machines: which certificate was installed, and which one is shown. */
import type { CertificateFacts } from '../api.ts'
import { servedCertificate } from '../certificate/served.ts'
import { readInstalled, type Installed } from '../certificate/store.ts'
import { cached } from './cached.ts'

const INSTALLED_MS = 1500
/** A handshake costs nginx and the agent a millisecond or two each. */
const LOOK_EVERY_MS = 60_000
/** While nobody answers, and after a change, when a worker of before may still answer. */
const LOOK_SOON_MS = 1000
const SETTLING_MS = 30_000

/** It doesn't wait for a look, but tells what it saw last: nginx may be slow. */
export function certificateWatch(domain: string): () => Promise<CertificateFacts> {
  const installed = cached<Installed>(() => INSTALLED_MS, { digest: null, writtenMs: 0 }, readInstalled)
  let served: CertificateFacts['served'] = null
  let change = { writtenMs: -1, seenMs: 0 }
  let lookedMs = -Infinity
  return async () => {
    const { digest, writtenMs } = await installed()
    const nowMs = performance.now()
    if (writtenMs !== change.writtenMs) change = { writtenMs, seenMs: nowMs }
    const isUnsure = served === null || nowMs - change.seenMs < SETTLING_MS
    if (nowMs - lookedMs >= (isUnsure ? LOOK_SOON_MS : LOOK_EVERY_MS)) {
      lookedMs = nowMs
      void servedCertificate(domain).then((found) => {
        served = found
      })
    }
    return { installed: digest, served }
  }
}
