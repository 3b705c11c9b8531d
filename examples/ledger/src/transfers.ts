/** Transfers: money moves from one account to another in one transaction, once for each id. */
import type { Query } from './database.ts'
import { Refused } from './failure.ts'

export interface TransferRequest {
  /** Made by the client, unique: sent again, it answers what it answered before. */
  readonly id: string
  readonly from: number
  readonly to: number
  readonly amount: number
}

export interface Transfer extends TransferRequest {
  readonly at: string
}

interface TransferRow {
  readonly id: string
  readonly from_account: string
  readonly to_account: string
  readonly amount: string
  readonly at: Date
}

const COLUMNS = 'id, from_account, to_account, amount, at'

const toTransfer = (row: TransferRow): Transfer => ({
  id: row.id,
  from: Number(row.from_account),
  to: Number(row.to_account),
  amount: Number(row.amount),
  at: row.at.toISOString(),
})

/** Both accounts are locked in the order of their ids, so that two opposite transfers can't wait for each other. */
export async function transfer(query: Query, request: TransferRequest): Promise<Transfer> {
  const done = await findTransfer(query, request.id)
  if (done !== undefined) return sameOrRefused(done, request)
  const locked = await query<{ id: string; balance: string }>(
    'select id, balance from accounts where id in ($1, $2) order by id for update',
    [request.from, request.to],
  )
  refuseImpossible(request, new Map(locked.map((row) => [Number(row.id), Number(row.balance)])))
  const [row] = await query<TransferRow>(
    `insert into transfers (id, from_account, to_account, amount) values ($1, $2, $3, $4)
     on conflict (id) do nothing returning ${COLUMNS}`,
    [request.id, request.from, request.to, request.amount],
  )
  // The same id came in twice at the same time, and the other one was first.
  if (row === undefined) return sameOrRefused(await readTransfer(query, request.id), request)
  await query('update accounts set balance = balance + case id when $1 then -$3::bigint else $3::bigint end where id in ($1, $2)', [
    request.from,
    request.to,
    request.amount,
  ])
  return toTransfer(row)
}

function refuseImpossible(request: TransferRequest, balances: ReadonlyMap<number, number>): void {
  for (const id of [request.from, request.to]) {
    if (!balances.has(id)) throw new Refused(404, `there is no account ${id}`, 'GET /accounts')
  }
  const balance = balances.get(request.from) ?? 0
  if (balance < request.amount) {
    throw new Refused(422, `account ${request.from} holds ${balance}, not ${request.amount}`, `transfer ${balance} or less`)
  }
}

function sameOrRefused(done: Transfer, request: TransferRequest): Transfer {
  const same = done.from === request.from && done.to === request.to && done.amount === request.amount
  if (!same) throw new Refused(409, `transfer ${done.id} was done before, and was another one`, `GET /transfers/${done.id}`)
  return done
}

async function findTransfer(query: Query, id: string): Promise<Transfer | undefined> {
  const [row] = await query<TransferRow>(`select ${COLUMNS} from transfers where id = $1`, [id])
  return row === undefined ? undefined : toTransfer(row)
}

export async function readTransfer(query: Query, id: string): Promise<Transfer> {
  const found = await findTransfer(query, id)
  if (found === undefined) throw new Refused(404, `there is no transfer ${id}`, 'POST /transfers')
  return found
}

/** The newest first. */
export async function listTransfers(query: Query, limit: number): Promise<readonly Transfer[]> {
  return (await query<TransferRow>(`select ${COLUMNS} from transfers order by number desc limit $1`, [limit])).map(toTransfer)
}
