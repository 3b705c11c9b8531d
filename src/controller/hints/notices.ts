/** What happens at the candidates' doors and the acting controller tells: hints with a wrong token, and hints that were taken back. */
import type { StackEvent } from '../api.ts'
import type { Store, Term } from '../store.ts'
import type { ForgedHints } from './hint-store.ts'

export interface Notices {
  /** A hint with a wrong token came from this address. */
  readonly forged: (from: string) => void
  /** Hands what was counted to etcd; when this controller leads, tells what all candidates handed over. */
  readonly round: () => Promise<void>
}

export interface NoticeParts {
  readonly candidate: string
  readonly store: Pick<Store, 'addForgedHints' | 'forgedHints' | 'removeForgedHints' | 'withdrawnHints' | 'forgetWithdrawnHint'>
  readonly leads: () => Term | null
  readonly tell: (kind: StackEvent['kind'], machine: string | null, text: string) => void
  readonly now: () => number
}

const FORGED_TOLD_EVERY_MS = 60_000

export function startNotices({ candidate, store, leads, tell, now }: NoticeParts): Notices {
  let counted: ForgedHints | null = null
  let toldMs = -Infinity
  const handOver = async (): Promise<void> => {
    if (counted === null) return
    const mine = counted
    await store.addForgedHints(mine)
    counted = counted.count > mine.count ? { ...counted, count: counted.count - mine.count } : null
  }
  const tellForged = async (): Promise<void> => {
    if (now() - toldMs < FORGED_TOLD_EVERY_MS) return
    const all = await store.forgedHints()
    if (all.length === 0) return
    toldMs = now()
    for (const one of all) await store.removeForgedHints(one.candidate)
    tell('hint-refused', null, forgedSentence(all))
  }
  const tellWithdrawn = async (): Promise<void> => {
    for (const { id, source, machine, reason } of await store.withdrawnHints()) {
      await store.forgetWithdrawnHint(id)
      tell('hint-settled', machine, `${source} has taken back what it said of ${machine}: ${reason}.`)
    }
  }
  return {
    forged: (from) => {
      counted = { candidate, count: (counted?.count ?? 0) + 1, from }
    },
    round: async () => {
      await handOver()
      if (leads() === null) return
      await tellForged()
      await tellWithdrawn()
    },
  }
}

function forgedSentence(all: readonly ForgedHints[]): string {
  const count = all.reduce((sum, one) => sum + one.count, 0)
  const from = [...new Set(all.map((one) => one.from))].toSorted().join(', ')
  return count === 1 ? `A hint with a wrong token was refused; it came from ${from}.` : `${count} hints with a wrong token were refused; they came from ${from}.`
}
