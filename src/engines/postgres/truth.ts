/** Patroni's truth in etcd: who holds the lock, and who has every write. */
import type { DatabaseTruth } from '../observer.ts'

export const truthPrefix = (stack: string): string => `/service/${stack}/`

/** The primary holds it under a lease. */
export const lockKey = (stack: string): string => `/service/${stack}/leader`

/** All that `parseTruth` goes by. */
export const truthKeys = (stack: string): readonly string[] => [lockKey(stack), `/service/${stack}/sync`]

/** Patroni's keys (patroni/dcs/__init__.py): `/service/<scope>/leader` is a name; `/sync` is JSON with comma-separated names. */
export function parseTruth(keys: ReadonlyMap<string, string>): DatabaseTruth {
  const find = (suffix: string): string | undefined => [...keys].find(([key]) => key.endsWith(suffix))?.[1]
  const sync = JSON.parse(find('/sync') ?? '{}') as { sync_standby?: string | null }
  return {
    leader: find('/leader') ?? null,
    synchronousStandbys: (sync.sync_standby ?? '').split(',').filter((name) => name !== ''),
  }
}
