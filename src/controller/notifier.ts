/** Sends what is due, each message once: what is about to be sent and what came of it is in etcd before and after. */
import { errorFields, type Log } from '../lib/log.ts'
import { sleep } from '../lib/clock.ts'
import type { Incident } from '../incidents/incident.ts'
import { isOpen } from '../incidents/incident.ts'
import { channelName, deliver, type Delivery } from '../notify/channel.ts'
import { noticesDue, type Due } from '../notify/due.ts'
import { receiptKey, type Ledger, type Receipt } from '../notify/ledger.ts'
import { messageFor, testMessage } from '../notify/message.ts'
import type { Channel, Plan } from '../plan/types.ts'
import type { Delivered } from './api.ts'
import type { Blueprint } from './blueprint.ts'
import type { Diary } from './events.ts'
import type { Store, Term } from './store.ts'

/** Told of each round of attempts. */
export interface NotifyCounts {
  readonly sent: (channel: Channel['kind']) => void
  readonly failed: (channel: Channel['kind']) => void
}

export interface NotifierParts {
  readonly store: Store
  readonly term: () => Term | null
  readonly diary: Diary
  readonly blueprint: () => Blueprint | null
  readonly incidents: () => readonly Incident[]
  readonly delivered: NotifyCounts
  readonly log: Log
}

export interface Notifier {
  readonly test: () => Promise<readonly Delivered[]>
  readonly stop: () => void
}

const EVERY_MS = 1000
/** Retries end within it; older ones are history. */
const NEWS_MS = 2 * 86_400_000
/** Longer than it takes until a hold that lasts is told to a human with its reason. */
const STUCK_MIN_MS = 900_000

export function startNotifier(parts: NotifierParts): Notifier {
  const ledgers = new Map<number, Ledger>()
  const underWay = new Set<string>()
  let saving: Promise<unknown> = Promise.resolve()
  let stopped = false

  const ledgerOf = async (incident: number): Promise<Ledger> => {
    const known = ledgers.get(incident) ?? (await parts.store.ledger(incident))
    ledgers.set(incident, known)
    return known
  }
  /** Throws when this controller no longer leads: then nothing is sent. */
  const note = async (term: Term, incident: number, key: string, receipt: Receipt): Promise<void> => {
    ledgers.set(incident, { ...(await ledgerOf(incident)), [key]: receipt })
    // Channels note at the same time: one after the other, and always the newest.
    const mine = saving.then(() => parts.store.saveLedger(term, incident, ledgers.get(incident) ?? {}))
    saving = mine.catch(() => undefined)
    await mine
  }
  const count = (channel: Channel, outcome: Delivery): void => (outcome.ok ? parts.delivered.sent(channel.kind) : parts.delivered.failed(channel.kind))

  const send = async (term: Term, due: Due, incident: Incident, blueprint: Blueprint): Promise<void> => {
    const channel = blueprint.plan.notify.find((one) => channelName(one) === due.channel)
    if (channel === undefined) return
    const key = receiptKey(due.notice.key, due.channel)
    const failures = (await ledgerOf(incident.number))[key]?.failures ?? 0
    await note(term, incident.number, key, { state: 'sending', atMs: Date.now(), failures, detail: null })
    const outcome = await deliver(channel, messageFor(due.notice, incident, blueprint.plan, Date.now()), blueprint.secrets.notify)
    count(channel, outcome)
    if (!outcome.ok && failures === 0) parts.diary.write('notify-failed', null, `Nobody could be told by ${due.channel}: ${outcome.detail}`)
    await note(term, incident.number, key, outcome.ok
      ? { state: 'sent', atMs: Date.now(), failures: 0, detail: null }
      : { state: 'failed', atMs: Date.now(), failures: failures + 1, detail: outcome.detail })
  }

  const start = (term: Term, due: Due, incident: Incident, blueprint: Blueprint): void => {
    const mark = `${incident.number} ${receiptKey(due.notice.key, due.channel)}`
    if (underWay.has(mark)) return
    underWay.add(mark)
    void send(term, due, incident, blueprint)
      .catch((error: unknown) => parts.log('warn', 'a message could not be noted', errorFields(error)))
      .finally(() => underWay.delete(mark))
  }

  const round = async (): Promise<void> => {
    const [term, blueprint, nowMs] = [parts.term(), parts.blueprint(), Date.now()]
    if (term === null || blueprint === null || blueprint.plan.notify.length === 0) return
    const options = { channels: blueprint.plan.notify.map(channelName), nowMs, stuckAfterMs: stuckAfterMs(blueprint.plan) }
    for (const incident of parts.incidents()) {
      if (!isOpen(incident) && nowMs - (incident.closedMs ?? 0) > NEWS_MS) continue
      for (const due of noticesDue(incident, await ledgerOf(incident.number), options)) start(term, due, incident, blueprint)
    }
  }
  const run = async (): Promise<void> => {
    while (!stopped) {
      await round().catch((error: unknown) => parts.log('warn', 'messages have to wait', errorFields(error)))
      await sleep(EVERY_MS)
    }
  }
  void run()

  const test = async (): Promise<readonly Delivered[]> => {
    const blueprint = parts.blueprint()
    if (blueprint === null) return []
    return Promise.all(blueprint.plan.notify.map(async (channel): Promise<Delivered> => {
      const outcome = await deliver(channel, testMessage(blueprint.plan, Date.now()), blueprint.secrets.notify, [])
      count(channel, outcome)
      return { channel: channelName(channel), ok: outcome.ok, detail: outcome.ok ? null : outcome.detail }
    }))
  }
  return { test, stop: () => { stopped = true } }
}

/** A birth may take its time. */
const stuckAfterMs = (plan: Plan): number => Math.max(STUCK_MIN_MS, 2 * plan.healing.startupMs)
