/** Reads what a client sent; pure. */
import { Refused } from './failure.ts'
import type { TransferRequest } from './transfers.ts'

const TRANSFER_ID = /^[A-Za-z0-9._:-]{1,80}$/
const OWNER_LENGTH_MAX = 100

function fields(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>
  throw new Refused(400, 'the body should be a JSON object', 'send content-type application/json')
}

const isPositive = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0

export function parseTransferRequest(body: unknown): TransferRequest {
  const { id, from, to, amount } = fields(body)
  if (typeof id !== 'string' || !TRANSFER_ID.test(id)) {
    throw new Refused(400, 'id should be 1 to 80 letters, digits or . _ : -', 'send an id of your own, a UUID for example')
  }
  if (!isPositive(from) || !isPositive(to)) throw new Refused(400, 'from and to should be ids of accounts', 'GET /accounts')
  if (from === to) throw new Refused(400, 'from and to are the same account', 'GET /accounts')
  if (!isPositive(amount)) throw new Refused(400, 'amount should be a whole number, 1 or more', 'send amount in the smallest unit of money')
  return { id, from, to, amount }
}

export function parseOwner(body: unknown): string {
  const { owner } = fields(body)
  if (typeof owner === 'string' && owner.length > 0 && owner.length <= OWNER_LENGTH_MAX) return owner
  throw new Refused(400, `owner should be a name of 1 to ${OWNER_LENGTH_MAX} characters`, 'send {"owner": "Ada"}')
}

export function parseAccountId(text: string): number {
  const id = Number(text)
  if (isPositive(id)) return id
  throw new Refused(400, `${text} is no id of an account`, 'GET /accounts')
}
