/** The HTTP API: JSON in, JSON out, and in each answer the machine that served it. */
import { Hono } from 'hono'
import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { listAccounts, openAccount, readAccount, readInvariant } from './accounts.ts'
import type { Database, Query } from './database.ts'
import { DatabaseAway, Refused } from './failure.ts'
import { page } from './page.ts'
import type { Presence } from './presence.ts'
import { readReport } from './report.ts'
import { parseAccountId, parseOwner, parseTransferRequest } from './request.ts'
import { listRounds } from './rounds.ts'
import { COOKIE, beginSession, openSession, sealSession } from './session.ts'
import { listTransfers, readTransfer, transfer } from './transfers.ts'

export interface Ledger {
  readonly machine: string
  readonly sessionSecret: string
  /** Writes and reads wait in pools of their own: a crowd of readers takes no connection that a write waits for. */
  readonly writes: Database
  readonly reads: Database
  readonly reports: Database
  readonly presence: () => { readonly database: Presence; readonly reports: Presence }
}

// A write waits for a new primary to be elected: a failover is a pause, not an error. A reader is not as patient.
const WRITE_LIMIT_MS = 30_000
const READ_LIMIT_MS = 3_000
const REPORT_LIMIT_MS = 10_000
const RECENT = 8
const ROUNDS = 100

export function routes(ledger: Ledger): Hono {
  const app = new Hono()
  const read = <T>(work: (query: Query) => Promise<T>): Promise<T> => ledger.reads.transaction(READ_LIMIT_MS, work)
  const write = <T>(work: (query: Query) => Promise<T>): Promise<T> => ledger.writes.transaction(WRITE_LIMIT_MS, work)
  const answer = (c: Context, value: object): Response => c.json({ ...value, servedBy: ledger.machine })

  app.use(async (c, next) => {
    await next()
    c.header('X-Served-By', ledger.machine)
    if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store')
  })

  // 200 as long as this process can serve: with the database away all machines are equally well, and ejecting each
  // of them from the pool would turn clear answers (and writes that wait) into a blank 502.
  app.get('/healthz', (c) => answer(c, { status: 'ok', ...ledger.presence() }))

  app.get('/', (c) => {
    const visitor = openSession(ledger.sessionSecret, getCookie(c, COOKIE))
    if (visitor === null) setCookie(c, COOKIE, sealSession(ledger.sessionSecret, beginSession(ledger.machine)), { httpOnly: true, sameSite: 'Lax', path: '/' })
    return c.html(page)
  })

  app.get('/overview', async (c) => {
    const visitor = openSession(ledger.sessionSecret, getCookie(c, COOKIE))
    const seen = await read(async (query) => ({ invariant: await readInvariant(query), transfers: await listTransfers(query, RECENT) }))
    return answer(c, { ...seen, visitor, ...ledger.presence() })
  })

  app.get('/accounts', async (c) => {
    const accounts = await read(listAccounts)
    // The same for everybody: an entry machine may keep it for when we are away (entry.stale).
    c.header('Cache-Control', 'public, max-age=1')
    return answer(c, { accounts })
  })
  app.get('/accounts/:id', async (c) => {
    const id = parseAccountId(c.req.param('id'))
    return answer(c, { account: await read((query) => readAccount(query, id)) })
  })
  app.post('/accounts', async (c) => {
    const owner = parseOwner(await body(c))
    return answer(c, { account: await write((query) => openAccount(query, owner)) })
  })

  app.get('/transfers/:id', async (c) => answer(c, { transfer: await read((query) => readTransfer(query, c.req.param('id'))) }))
  app.post('/transfers', async (c) => {
    const request = parseTransferRequest(await body(c))
    return answer(c, { transfer: await write((query) => transfer(query, request)) })
  })

  app.get('/invariant', async (c) => answer(c, await read(readInvariant)))
  app.get('/rounds', async (c) => answer(c, { rounds: await read((query) => listRounds(query, ROUNDS)) }))
  app.get('/report', async (c) => {
    const report = await ledger.reports.transaction(REPORT_LIMIT_MS, (query) => readReport(query, REPORT_LIMIT_MS))
    return answer(c, { report })
  })

  app.notFound((c) => failure(c, ledger, 404, `there is no ${c.req.path}`, 'GET /'))
  app.onError((error, c) => explain(error, c, ledger))
  return app
}

const body = (c: Context): Promise<unknown> => c.req.json().catch(() => undefined)

type FailureStatus = 400 | 404 | 409 | 422 | 500 | 503

const failure = (c: Context, ledger: Ledger, status: FailureStatus, error: string, next: string, more: object = {}): Response =>
  c.json({ error, next, ...more, servedBy: ledger.machine }, status)

function explain(error: Error, c: Context, ledger: Ledger): Response {
  if (error instanceof Refused) return failure(c, ledger, error.status, error.message, error.next)
  if (error instanceof DatabaseAway) {
    const { outcome } = error
    const what = c.req.path === '/report' ? 'the reports database is away' : 'the database is away'
    const next = outcome === 'unknown' ? 'ask for the transfer by its id before sending it again, or send it again with the same id' : 'nothing was changed: try again'
    return failure(c, ledger, 503, `${what}: ${error.message}`, next, { outcome })
  }
  process.stderr.write(`${error.stack ?? error.message}\n`)
  return failure(c, ledger, 500, 'the ledger made a mistake', 'see its log')
}
