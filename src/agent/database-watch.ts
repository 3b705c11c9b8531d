/** On a database machine: sees at once that the engine died, or that it is no standby any more, and passes it on. */
import type { EngineNode } from '../engines/observer.ts'
import type { MtlsClient } from '../lib/http-call.ts'
import { sleep } from '../lib/clock.ts'
import { errorFields, type Log } from '../lib/log.ts'
import { lives, processWatch } from './process-watch.ts'

/** Signs come at once. One that did not come is made up for. */
const EVERY_MS = 500
/** A process is dead a moment later than its connections; and of a file's end there is word before it is gone. */
const LOOKS_AFTER_MS = [0, 10, 30, 80, 200]
const ASK_MS = 25
const PROMOTION_MS = 10_000

/** Who elects is only woken, and who holds addresses only told what the one that elects has said. */
export function watchDatabase(node: EngineNode, local: MtlsClient, log: Log): { readonly stop: () => void } {
  const isGone = processWatch(node.processId)
  let wasStandby = false
  const look = (): void => {
    if (isGone()) {
      log('warn', 'the database engine is gone')
      node.wakeElector(local).catch((error: unknown) => log('warn', 'its elector could not be woken', errorFields(error)))
      // Nobody may be led to a machine that answers nobody; and its successor need not wait for the address.
      if (!node.isStandby()) void node.tellRole(false).then(() => followPromotion(node, local))
    }
    const isStandby = node.isStandby()
    if (wasStandby && !isStandby) void followPromotion(node, local)
    wasStandby = isStandby
  }
  let looks: readonly NodeJS.Timeout[] = []
  const signs = node.signs(() => {
    looks.forEach(clearTimeout)
    looks = LOOKS_AFTER_MS.map((ms) => setTimeout(look, ms))
  })
  const timer = setInterval(() => {
    signs.renew()
    look()
  }, EVERY_MS)
  look()
  return {
    stop: () => {
      clearInterval(timer)
      looks.forEach(clearTimeout)
      signs.stop()
    },
  }
}

async function followPromotion(node: EngineNode, local: MtlsClient): Promise<void> {
  const deadline = Date.now() + PROMOTION_MS
  while (Date.now() < deadline && !node.isStandby()) {
    // Whoever elects speaks of the lock: that is there before the engine takes writes, and after it died.
    if (isAlive(node) && await node.isWritable() && await node.isPrimary(local).catch(() => false)) return node.tellRole(true)
    await sleep(ASK_MS)
  }
}

const isAlive = (node: EngineNode): boolean => {
  const pid = node.processId()
  return pid !== null && lives(pid)
}
