/** Accounts: open one, read one, read many, and the sum of all. */
import type { Query } from './database.ts'
import { Refused } from './failure.ts'
import { EXPECTED_SUM } from './schema.ts'

export interface Account {
  readonly id: number
  readonly owner: string
  readonly balance: number
}

interface AccountRow {
  readonly id: string
  readonly owner: string
  readonly balance: string
}

const LIST_MAX = 100

// pg hands out bigint as text; ids and balances here stay far below 2^53.
const toAccount = (row: AccountRow): Account => ({ id: Number(row.id), owner: row.owner, balance: Number(row.balance) })

/** A new account with nothing in it. */
export async function openAccount(query: Query, owner: string): Promise<Account> {
  const [row] = await query<AccountRow>('insert into accounts (owner, balance) values ($1, 0) returning id, owner, balance', [owner])
  return toAccount(row as AccountRow)
}

export async function listAccounts(query: Query): Promise<readonly Account[]> {
  return (await query<AccountRow>('select id, owner, balance from accounts order by id limit $1', [LIST_MAX])).map(toAccount)
}

export async function readAccount(query: Query, id: number): Promise<Account> {
  const [row] = await query<AccountRow>('select id, owner, balance from accounts where id = $1', [id])
  if (row === undefined) throw new Refused(404, `there is no account ${id}`, 'GET /accounts')
  return toAccount(row)
}

export interface Invariant {
  readonly sum: number
  readonly expected: number
  readonly held: boolean
}

/** One statement sees one moment: no transfer is ever half in it. */
export async function readInvariant(query: Query): Promise<Invariant> {
  const [row] = await query<{ sum: string }>('select coalesce(sum(balance), 0) as sum from accounts')
  const sum = Number(row?.sum)
  return { sum, expected: EXPECTED_SUM, held: sum === EXPECTED_SUM }
}
