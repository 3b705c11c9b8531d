/** On a database machine: sees at once that the engine died, or that it has become a standby or is none any more, and passes it on. */
import { getPriority, setPriority } from 'node:os'
import type { EngineNode } from '../engines/observer.ts'
import type { MtlsClient } from '../lib/http-call.ts'
import { sleep } from '../lib/clock.ts'
import { errorFields, type Log } from '../lib/log.ts'
import { lives, processWatch } from './process-watch.ts'

/** Signs come at once, but from the engine's own processes: on a machine without processor time they come late. */
const EVERY_MS = 200
/** A process is dead a moment later than its connections; and of a file's end there is word before it is gone. */
const LOOKS_AFTER_MS = [0, 10, 30, 80, 200]
const ASK_MS = 25
const PROMOTION_MS = 10_000

/** Who elects is only woken, and who holds addresses only told what the one that elects has said. */
export function watchDatabase(node: EngineNode, local: MtlsClient, log: Log): { readonly stop: () => void } {
  const isGone = processWatch(() => workAsOthers(node.processId()))
  let wasStandby = node.isStandby()
  // Whoever holds addresses then finds out by itself, at its next look.
  const untold = (error: unknown): void => log('warn', 'the role could not be told', errorFields(error))
  const look = (): void => {
    if (isGone()) {
      log('warn', 'the database engine is gone')
      node.wakeElector(local).catch((error: unknown) => log('warn', 'its elector could not be woken', errorFields(error)))
      // Nobody may be led to a machine that answers nobody; and its successor need not wait for the address.
      if (!node.isStandby()) node.tellRole(false).then(() => followPromotion(node, local)).catch(untold)
    }
    const isStandby = node.isStandby()
    if (wasStandby && !isStandby) followPromotion(node, local).catch(untold)
    if (!wasStandby && isStandby) node.tellRole(false).catch(untold)
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

/** Who elects goes before all work (its unit), and the engine is its child: what the engine starts from here on takes its turn. */
function workAsOthers(pid: number | null): number | null {
  try {
    if (pid !== null && getPriority(pid) < 0) setPriority(pid, 0)
  } catch {
    // It ended meanwhile.
  }
  return pid
}

const isAlive = (node: EngineNode): boolean => {
  const pid = node.processId()
  return pid !== null && lives(pid)
}
