/** The accelerated failover: fence, power off, look once more at the one truth, and take the dead primary's lease from it. */
import { findEngineObserver } from '../engines/observer.ts'
import { sleep, waitFor } from '../lib/clock.ts'
import { OperationError } from '../lib/errors.ts'
import { errorFields } from '../lib/log.ts'
import { providerNamed } from '../providers/registry.ts'
import type { Action } from '../decide/world.ts'
import { readLock, takeLock, type DatabaseLock } from './database-lock.ts'
import { fenceOff } from './fence.ts'
import { machineOf, type Hands } from './hands.ts'

/** The fence holds whether the provider answers in time or not. */
const POWER_OFF_PATIENCE_MS = 400
const SUCCESSION_MS = 15_000
/** Whoever is woken by the end of the lock takes it within a few tenths of a second. */
const PROMPT_MS = 800

/**
 * Nothing is taken from anybody before all that are required have fenced the machine off and a look at the lock has confirmed what was
 * decided: the order to power off follows that, and the lease goes last.
 */
export async function failOver(hands: Hands, { machine, fence, required }: Extract<Action, { kind: 'fail-over' }>): Promise<void> {
  const beganMs = Date.now()
  const fenced = await fenceOff(hands, fence, required)
  const fencedMs = Date.now()
  const missing = required.filter((name) => !fenced.has(name))
  if (missing.length > 0) throw new OperationError('NOT_FENCED', `${missing.join(', ')} did not acknowledge the fence around ${machine}; Patroni fails over by itself when the lock has run out`)
  if ((await lockOf(hands, machine, fenced)) === null) return
  const off = await Promise.race([powerOff(hands, machine), sleep(POWER_OFF_PATIENCE_MS).then(() => false)])
  const poweredMs = Date.now()
  const lock = await lockOf(hands, machine, fenced)
  if (lock === null) return
  if (!(await takeLock(hands, lock))) throw new OperationError('LOCK_CHANGED', `the lock of ${machine}, the list of its standbys or the acting controller changed at the last moment; nothing was taken from it`)
  const revokedMs = Date.now()
  hands.tell('lock-revoked', machine, `${machine} is fenced off by ${[...fenced].toSorted().join(', ')}${off ? ' and powered off' : ''}; its lock is revoked.`)
  const successor = await succession(hands, machine, PROMPT_MS).catch(() => insist(hands, machine, lock.truth.synchronousStandbys.filter((name) => fenced.has(name))))
  hands.tell('failed-over', successor, `${successor} took over from ${machine} as primary.`)
  hands.log('info', 'failed over', { from: machine, to: successor, fenceMs: fencedMs - beganMs, powerOffMs: poweredMs - fencedMs, revokeMs: revokedMs - poweredMs, lockMs: Date.now() - revokedMs })
}

const succession = (hands: Hands, machine: string, timeoutMs: number): Promise<string> => waitFor(async () => {
  const { leader } = (await readLock(hands)).truth
  return leader !== null && leader !== machine ? leader : undefined
}, { timeoutMs, everyMs: 50, what: 'a standby to take the lock' })

/**
 * A primary that lost etcd before it died (its disk hung, say) has asked its standbys to leave the lock alone, and they do so for longer than the
 * fence around it needs. The plan's settings come back in any case: a controller that finds them changed sets them (`database-settings-outdated`).
 */
async function insist(hands: Hands, machine: string, standbys: readonly string[]): Promise<string> {
  const { blueprint: { plan, secrets }, client } = hands
  const engine = findEngineObserver(plan.database.engine)
  const addresses = standbys.map((name) => machineOf(hands, name).address)
  const tell = (words: string) => (error: unknown): void => hands.log('warn', words, errorFields(error))
  await Promise.any(addresses.map((address) => engine.endGrace(client, address, secrets))).catch(tell('no standby could be told that it may lead'))
  try {
    return await succession(hands, machine, SUCCESSION_MS)
  } finally {
    await Promise.any(addresses.map((address) => engine.configure(client, address, plan, secrets))).catch(tell('the settings come back later'))
  }
}

/** Whether the provider did it. */
const powerOff = ({ blueprint: { plan, secrets }, log }: Hands, machine: string): Promise<boolean> =>
  providerNamed(plan.provider).powerOff(machine, secrets.provider).then(() => true, (error: unknown) => {
    log('error', 'the provider did not power it off', { machine, ...errorFields(error) })
    return false
  })

/** Null: it leads no more, so there is nothing to take. Throws when no machine that has every acknowledged write is fenced off from it. */
async function lockOf(hands: Hands, machine: string, fenced: ReadonlySet<string>): Promise<DatabaseLock | null> {
  const lock = await readLock(hands)
  const { truth, lease } = lock
  if (truth.leader !== machine) return null
  if (!truth.synchronousStandbys.some((name) => fenced.has(name))) throw new OperationError('NO_STANDBY', `no machine that has every acknowledged write is fenced off from ${machine}`)
  if (lease === undefined) throw new OperationError('NO_LEASE', `the lock of ${machine} has no lease`)
  return lock
}
