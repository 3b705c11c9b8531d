/** Pure: which messages are to be sent now, to which channels. Each once, also across controllers; a reminder a day. */
import { isOpen, lastMs, type Incident, type Need } from '../incidents/incident.ts'
import { receiptKey, type Ledger, type Receipt } from './ledger.ts'

export type Notice =
  | { readonly kind: 'healed'; readonly key: string; readonly reminder: false }
  /** `need` is null when an incident goes on without a word of why. */
  | { readonly kind: 'needs-you'; readonly key: string; readonly need: Need | null; readonly reminder: boolean }

export interface Due {
  readonly notice: Notice
  readonly channel: string
}

export interface DueOptions {
  readonly channels: readonly string[]
  readonly nowMs: number
  /** An open incident in which nothing has happened for so long needs a human too. */
  readonly stuckAfterMs: number
}

/** What passes within this time wakes nobody. */
const SETTLE_MS = 5000
export const REMINDER_MS = 86_400_000
/** A channel that is configured later is not told of old times. */
const NEWS_MS = 3_600_000
/** Longer than one round of attempts: who wrote `sending` so long ago is gone. */
const SENDING_MS = 60_000
const RETRY_FIRST_MS = 60_000
const RETRY_MAX_MS = 6 * 3_600_000
const FAILURES_MAX = 12

export function noticesDue(incident: Incident, ledger: Ledger, options: DueOptions): readonly Due[] {
  return options.channels.flatMap((channel) =>
    noticesOf(incident, ledger, options).flatMap((notice): Due[] => {
      const receipt = ledger[receiptKey(notice.key, channel)]
      if (!isDue(notice, receipt, options.nowMs)) return []
      return [{ channel, notice: notice.kind === 'needs-you' ? { ...notice, reminder: receipt?.state === 'sent' } : notice }]
    }))
}

function noticesOf(incident: Incident, ledger: Ledger, { nowMs, stuckAfterMs }: DueOptions): readonly Notice[] {
  if (!isOpen(incident)) return isNews(incident, ledger, nowMs) ? [{ kind: 'healed', key: 'healed', reminder: false }] : []
  const needs = incident.needs.filter((need) => need.endedMs === null)
  const settled = needs.filter((need) => nowMs - need.sinceMs >= SETTLE_MS).map((need): Notice => ({ kind: 'needs-you', key: `needs-you ${need.key}`, need, reminder: false }))
  return needs.length === 0 && nowMs - lastMs(incident) >= stuckAfterMs ? [{ kind: 'needs-you', key: 'needs-you stuck', need: null, reminder: false }] : settled
}

/** What passed by itself is told only to those who were told that it needs them. */
function isNews(incident: Incident, ledger: Ledger, nowMs: number): boolean {
  const keys = Object.keys(ledger)
  if (keys.some((key) => key.startsWith('healed|'))) return true
  if (nowMs - (incident.closedMs ?? 0) > NEWS_MS) return false
  return incident.outcome === 'healed' || keys.some((key) => key.startsWith('needs-you '))
}

function isDue(notice: Notice, receipt: Receipt | undefined, nowMs: number): boolean {
  switch (receipt?.state) {
    case undefined: return true
    case 'sending': return nowMs - receipt.atMs >= SENDING_MS
    case 'failed': return receipt.failures < FAILURES_MAX && nowMs - receipt.atMs >= Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** (receipt.failures - 1))
    case 'sent': return notice.kind === 'needs-you' && nowMs - receipt.atMs >= REMINDER_MS
  }
}
