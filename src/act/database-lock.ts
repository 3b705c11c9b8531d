/** The database's lock as a majority of etcd holds it now: every read of it is linearizable. */
import { findEngineObserver, type DatabaseTruth } from '../engines/observer.ts'
import type { Hands } from './hands.ts'

export interface DatabaseLock {
  readonly truth: DatabaseTruth
  /** What its holder keeps it by; undefined: nobody holds it, or without a lease. */
  readonly lease: string | undefined
}

export async function readLock({ blueprint: { plan }, etcd }: Hands): Promise<DatabaseLock> {
  const engine = findEngineObserver(plan.database.engine)
  const keys = await etcd.list(engine.truthPrefix(plan.stack))
  const truth = engine.parseTruth(new Map(keys.map(({ key, value }) => [key, value])))
  return { truth, lease: keys.find(({ key }) => key === engine.lockKey(plan.stack))?.lease }
}

/**
 * Ends the lock of `leader`, a primary that is known to have stopped in good order, sooner than the engine would: a candidate is woken by
 * that, and whoever held it can't keep it. False: not done, because the lock is not (or no longer) `leader`'s, or because nothing says that
 * `candidate` has every acknowledged write; then only the engine may judge.
 */
export async function freeLock(hands: Hands, leader: string, candidate: string): Promise<boolean> {
  const { truth, lease } = await readLock(hands)
  if (lease === undefined || truth.leader !== leader || !truth.synchronousStandbys.includes(candidate)) return false
  await hands.etcd.revokeLease(lease)
  return true
}
