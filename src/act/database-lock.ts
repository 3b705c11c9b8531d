/** The database's lock as a majority of etcd holds it now: every read of it is linearizable, and it is taken only as it was read. */
import { findEngineObserver, type DatabaseTruth } from '../engines/observer.ts'
import type { Compare } from '../lib/etcd/client.ts'
import type { Hands } from './hands.ts'

export interface DatabaseLock {
  readonly truth: DatabaseTruth
  /** What its holder keeps it by; undefined: nobody holds it, or without a lease. */
  readonly lease: string | undefined
  /** What the truth was read from. */
  readonly read: readonly Compare[]
}

export async function readLock({ blueprint: { plan }, etcd }: Hands): Promise<DatabaseLock> {
  const engine = findEngineObserver(plan.database.engine)
  const keys = await etcd.list(engine.truthPrefix(plan.stack))
  const truth = engine.parseTruth(new Map(keys.map(({ key, value }) => [key, value])))
  const find = (name: string): (typeof keys)[number] | undefined => keys.find(({ key }) => key === name)
  const read = engine.truthKeys(plan.stack).map((key) => ({ key, revision: find(key)?.modRevision ?? '0' }))
  return { truth, lease: find(engine.lockKey(plan.stack))?.lease, read }
}

/**
 * Takes the lock from its holder: a candidate is woken by that, and its holder can't keep it. False: not done, because the lock or the list of
 * those who have every acknowledged write is not what was read, or because another controller leads by now.
 */
export async function takeLock({ blueprint: { plan }, etcd, term }: Hands, { lease, read }: DatabaseLock): Promise<boolean> {
  const key = findEngineObserver(plan.database.engine).lockKey(plan.stack)
  const taken = await etcd.transact([term, ...read], [{ kind: 'delete', key }])
  // Nothing hangs on the lease any more; but whoever kept it would be the longer in finding out.
  if (taken && lease !== undefined) await etcd.revokeLease(lease)
  return taken
}

/**
 * Ends the lock of `leader`, a primary that is known to have stopped in good order, sooner than the engine would. False: not done, because the
 * lock is not (or no longer) `leader`'s, or because nothing says that `candidate` has every acknowledged write; then only the engine may judge.
 */
export async function freeLock(hands: Hands, leader: string, candidate: string): Promise<boolean> {
  const lock = await readLock(hands)
  const { truth, lease } = lock
  if (lease === undefined || truth.leader !== leader || !truth.synchronousStandbys.includes(candidate)) return false
  return takeLock(hands, lock)
}
