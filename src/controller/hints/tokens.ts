/** Whether a request may give a hint: bearer tokens of their own, one for each source, from the secrets in etcd. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Hint } from '../../decide/world.ts'
import type { Plan } from '../../plan/types.ts'
import { openForStack } from '../../secrets/seal.ts'
import type { HintTokens } from '../../secrets/types.ts'
import type { Store } from '../store.ts'

/** `tokens` null: this stack's secrets are older than hints. */
export interface Known {
  readonly plan: Plan
  readonly tokens: HintTokens | null
}

const FRESH_MS = 2000

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Takes the same time for every wrong token: it compares digests, which have one length. */
export function tokenMatches(authorization: string | undefined, tokens: HintTokens, source: Hint['source']): boolean {
  const given = /^Bearer +(\S{1,200})$/i.exec(authorization ?? '')?.[1] ?? ''
  return timingSafeEqual(sha256(given), sha256(tokens[source]))
}

/**
 * Plan and tokens as etcd has them, read at most every two seconds: a flood of forged hints must not become one of reads.
 * While etcd is away the last ones hold; null before the first `up`. Throws when etcd is away and nothing was ever read.
 */
export function desiredReader(store: Pick<Store, 'desired'>, stackKey: string, now: () => number): () => Promise<Known | null> {
  let known: Known | null = null
  let generation = 0
  let readMs = -Infinity
  let reading: Promise<void> | null = null
  const read = async (): Promise<void> => {
    const desired = await store.desired()
    readMs = now()
    if (desired === undefined || desired.generation === generation) return
    known = { plan: desired.plan, tokens: (await openForStack(desired.sealedSecrets, stackKey)).hintTokens ?? null }
    generation = desired.generation
  }
  return async () => {
    if (now() - readMs >= FRESH_MS) {
      reading ??= read().finally(() => { reading = null })
      await reading.catch((error: unknown) => {
        if (known === null) throw error
        readMs = now()
      })
    }
    return known
  }
}
