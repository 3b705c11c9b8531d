/** The ledger's further processes: `watch` adds up the accounts every second for as long as it runs, `audit` once. */
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { openDatabase } from './database.ts'
import { DatabaseAway } from './failure.ts'
import { addRound, createRounds, Superseded, type Auditor } from './rounds.ts'

const LIMIT_MS = 20_000
const EVERY_MS = 1000

const say = (text: string): void => void process.stdout.write(`${text}\n`)

async function main(kind: Auditor['kind']): Promise<void> {
  const { DATABASE_URL, MACHINE, REGROW_ONE_TERM } = process.env
  if (DATABASE_URL === undefined || DATABASE_URL === '') throw new Error('missing in the environment: DATABASE_URL')
  const auditor: Auditor = { kind, machine: MACHINE || hostname(), term: REGROW_ONE_TERM === undefined ? null : Number(REGROW_ONE_TERM) }
  const database = openDatabase(DATABASE_URL, 1)
  const stopped = new AbortController()
  process.once('SIGTERM', () => stopped.abort())
  const round = (): Promise<void> => database.transaction(LIMIT_MS, (query) => addRound(query, auditor))
  try {
    await database.transaction(LIMIT_MS, createRounds)
    await round()
    while (kind === 'watch' && !stopped.signal.aborted) {
      await delay(EVERY_MS, undefined, { signal: stopped.signal }).catch(() => undefined)
      if (!stopped.signal.aborted) await round()
    }
  } finally {
    await database.close()
  }
}

const kind = process.argv[2]
try {
  if (kind !== 'watch' && kind !== 'audit') throw new Error('write: node auditor.mjs watch, or: node auditor.mjs audit')
  await main(kind)
} catch (error) {
  say(`the ${kind ?? 'auditor'} ends: ${(error as Error).message}`)
  process.exitCode = error instanceof Superseded ? 0 : error instanceof DatabaseAway ? 1 : 2
}
