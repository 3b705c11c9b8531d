/** What was sent about one incident, as controllers keep it in etcd: written before and after each attempt. */

/**
 * `sending` is left by a controller that died meanwhile: the next one sends again, which makes one duplicate at most, and no
 * loss. `failed`: all attempts of that round were in vain; it is tried again, ever more rarely.
 */
export interface Receipt {
  readonly state: 'sending' | 'sent' | 'failed'
  readonly atMs: number
  /** Rounds of attempts so far that failed. */
  readonly failures: number
  /** Why the last one failed; never an address or a password. */
  readonly detail: string | null
}

/** By `<notice>|<channel>`: what it says, and to whom. */
export type Ledger = Readonly<Record<string, Receipt>>

export const receiptKey = (notice: string, channel: string): string => `${notice}|${channel}`
