/** Money neither comes nor goes: at every read, and in the end against the transfers that are there; pure. */
import type { BalancesOperation, FinalState, Transfer, TransferOperation } from './history.ts'
import { judgePresence, type Presence } from './judge-presence.ts'
import type { Violation } from './report.ts'

const sumOf = (balances: readonly number[]): number => balances.reduce((sum, balance) => sum + balance, 0)

/** Each reading that was answered: it needs no final state. */
export function judgeSums(reads: readonly BalancesOperation[], opening: readonly number[]): Violation[] {
  const expected = sumOf(opening)
  return reads.flatMap((read) => {
    const sum = sumOf(read.balances)
    if (read.outcome !== 'ok' || (sum === expected && read.balances.length === opening.length)) return []
    return [{ kind: 'sum' as const, workload: 'bank' as const, detail: { sum, expected, accounts: read.balances.length }, evidence: [read] }]
  })
}

export function judgeBank(transfers: readonly TransferOperation[], opening: readonly number[], { transfers: found, balances }: Pick<FinalState, 'transfers' | 'balances'>): Presence {
  const attempted = transfers.map((by) => ({ id: by.transfer.id, by }))
  const presence = judgePresence('bank', attempted, found.map(({ id }) => id))
  const sum = sumOf(balances)
  const expected = sumOf(opening)
  const total: Violation[] = sum === expected ? [] : [{ kind: 'sum', workload: 'bank', detail: { sum, expected, accounts: balances.length }, evidence: [] }]
  return { ...presence, violations: [...presence.violations, ...total, ...unfitting(opening, found, balances)] }
}

function unfitting(opening: readonly number[], found: readonly Transfer[], balances: readonly number[]): Violation[] {
  const expected = [...opening]
  for (const { from, to, amount } of found) {
    expected[from] = (expected[from] ?? 0) - amount
    expected[to] = (expected[to] ?? 0) + amount
  }
  return expected.flatMap((balance, account) =>
    balances[account] === balance ? [] : [{ kind: 'balance' as const, workload: 'bank' as const, detail: { account, balance: balances[account] ?? null, expected: balance }, evidence: [] }])
}
