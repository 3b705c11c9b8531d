/**
 * An entry machine's watch over what may keep it from holding the entry address: nginx that is gone or hangs, a link that has just come back, an order
 * of the controller. It tells keepalived, which elects; without it keepalived's own check goes on, more slowly.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { NGINX_VERDICT, STAND_VERDICT } from '../../render/entry-files.ts'
import { ALIVE_PATH } from '../../render/nginx/alive.ts'
import { PORTS } from '../../plan/types.ts'
import type { Log } from '../../lib/log.ts'
import type { EntryStand, StandDownOrder } from '../api.ts'
import { isGood, statusAsker } from '../local-client.ts'
import { processWatch } from '../process-watch.ts'
import { afterLook, quietLeftMs, type Link } from './link.ts'
import { standOrders } from './order.ts'

const LOOK_EVERY_MS = 200
/** Each so manieth look asks nginx; while it does not serve, each one. */
const ASK_EVERY = 3
/** Under a storm nginx is slow and serves all the same: the address must not move with the load. */
const TIMEOUT_MS = 1000
/** A time-out that comes this much too late shows that the agent itself was starved. */
const STARVED_MS = 250
const PID_FILE = '/run/nginx.pid'

export interface FrontWatch {
  /** Null: not known yet. */
  readonly serves: () => boolean | null
  readonly stand: () => EntryStand
  readonly standDown: (order: StandDownOrder) => void
  readonly stop: () => void
}

export function watchFront(networkInterface: string, log: Log): FrontWatch {
  // A new connection each time: one that is open says nothing of those that wait to be taken.
  const asker = statusAsker('127.0.0.1', PORTS.http, ALIVE_PATH, 1)
  const isGone = processWatch(() => numberIn(PID_FILE))
  const orders = standOrders()
  let serves: boolean | null = null
  let asking = false
  let looks = 0
  let link: Link | null = null
  /** What was told last; nobody else writes that file. */
  let may: boolean | null = null
  let stopped = false

  const judge = (now: boolean, why: string): void => {
    tell(NGINX_VERDICT, now)
    if (now !== (serves ?? true)) log(now ? 'info' : 'warn', now ? 'nginx serves again' : 'nginx does not serve', { why })
    serves = now
  }
  const ask = async (): Promise<void> => {
    asking = true
    const askedMs = performance.now()
    const status = await asker.status(TIMEOUT_MS)
    asking = false
    if (stopped) return
    const starved = status === 0 && performance.now() - askedMs > TIMEOUT_MS + STARVED_MS
    if (!starved) judge(isGood(status), status === 0 ? 'no answer' : String(status))
  }
  const look = (): void => {
    if (isGone()) judge(false, 'its main process is gone')
    const nowMs = performance.now()
    const changes = numberIn(`/sys/class/net/${networkInterface}/carrier_changes`)
    if (changes !== null && changes !== link?.changes) link = afterLook(link, changes, numberIn(`/sys/class/net/${networkInterface}/carrier`) === 1, nowMs)
    const mayNow = orders.leftMs() === 0 && linkLeftMs() === 0
    if (mayNow !== may) tell(STAND_VERDICT, mayNow)
    may = mayNow
    if (!asking && (looks++ % ASK_EVERY === 0 || serves === false)) void ask()
  }
  const linkLeftMs = (): number => (link === null ? 0 : Math.round(quietLeftMs(link, performance.now())))
  look()
  const timer = setInterval(look, LOOK_EVERY_MS)
  return {
    serves: () => serves,
    stand: () => ({ orderedDownMs: orders.leftMs(), linkQuietMs: linkLeftMs() }),
    standDown: (order) => {
      orders.take(order)
      look()
    },
    stop: () => {
      stopped = true
      clearInterval(timer)
      orders.stop()
      asker.close()
    },
  }
}

/** Null: there is none. The kernel refuses to tell the carrier of an interface that is down. */
function numberIn(path: string): number | null {
  try {
    return Number(readFileSync(path, 'utf8').trim())
  } catch {
    return null
  }
}

/** In one go: keepalived reads whatever is there. The files are in memory. */
function tell(file: string, may: boolean): void {
  const verdict = may ? '0\n' : '1\n'
  try {
    if (readFileSync(file, 'utf8') === verdict) return
  } catch {
    // Not there yet.
  }
  writeFileSync(`${file}.agent`, verdict)
  renameSync(`${file}.agent`, file)
}
