/** Money moved between accounts, by new balances that the client computes: a lost update or half a transfer shows in the sum. */
import type pg from 'pg'
import { attemptStatement, attemptTransaction } from './attempt.ts'
import type { Server, Transfer } from './history.ts'
import { SERVER_COLUMNS, serverOf, type ServerRow } from './server.ts'
import { resultOf, type Turn, type Workload } from './workload.ts'

export const OPENING: readonly number[] = Array.from({ length: 16 }, () => 1000)

const PER_WRITER = 10_000_000
const AMOUNT_MAX = 5

/** Every third turn reads. Transfers lock the rows that they have read; each fourth runs serializable, without locks. */
export const bank = (random: () => number): Workload => async (turn) => {
  const { line, schema, writer, number } = turn
  if (number % 3 === 2) return readBalances(turn)
  const transfer = chooseTransfer(writer * PER_WRITER + number, random)
  const serializable = number % 4 === 0
  const attempt = await attemptTransaction(line, serializable ? 'begin isolation level serializable' : 'begin', async (client) => ({ server: await move(client, schema, transfer, serializable ? '' : 'for update') }))
  return { is: 'transfer', writer, transfer, ...resultOf(attempt) }
}

function chooseTransfer(id: number, random: () => number): Transfer {
  const from = Math.floor(random() * OPENING.length)
  const to = (from + 1 + Math.floor(random() * (OPENING.length - 1))) % OPENING.length
  return { id, from, to, amount: 1 + Math.floor(random() * AMOUNT_MAX) }
}

/** Balances may go below zero: who is rich is no matter here. */
async function move(client: pg.Client, schema: string, { id, from, to, amount }: Transfer, locking: string): Promise<Server> {
  const { rows } = await client.query<ServerRow & { account: number; balance: number }>(
    `select account, balance, ${SERVER_COLUMNS} from ${schema}.accounts where account in ($1, $2) order by account ${locking}`, [from, to])
  const balanceOf = (account: number): number => rows.find((row) => row.account === account)?.balance ?? 0
  await client.query(`update ${schema}.accounts set balance = case account when $1 then $2::int else $4::int end where account in ($1, $3)`,
    [from, balanceOf(from) - amount, to, balanceOf(to) + amount])
  await client.query(`insert into ${schema}.transfers (id, from_account, to_account, amount) values ($1, $2, $3, $4)`, [id, from, to, amount])
  return serverOf(rows[0])
}

async function readBalances({ line, schema, writer }: Turn): ReturnType<Workload> {
  const attempt = await attemptStatement(line, 'read', async (client) => {
    const { rows } = await client.query<ServerRow & { balances: number[] }>(`select array_agg(balance order by account) as balances, ${SERVER_COLUMNS} from ${schema}.accounts`)
    return { server: serverOf(rows[0]), balances: rows[0]?.balances ?? [] }
  })
  return { is: 'balances', writer, balances: attempt.outcome === 'ok' ? attempt.value.balances : [], ...resultOf(attempt) }
}
