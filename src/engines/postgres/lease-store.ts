/** The lease of what runs once in the stack, as a row of the application's database. */
import pg from 'pg'
import type { Lease } from '../../one/lease.ts'
import type { LastRuns, LeaseStore, LeaseTarget } from '../../one/store.ts'

export interface ClientTls {
  readonly key: string
  readonly cert: string
  readonly ca: string
}

/** Terms begin with the time, so that they grow even when somebody drops the table. `term` is unique so that `… WHERE term = $1 FOR KEY SHARE` holds off the next holder, but no renewal: docs/operate/workers.md tells applications. */
const TABLE = `
CREATE SCHEMA IF NOT EXISTS regrow;
CREATE TABLE IF NOT EXISTS regrow.one (
  id int PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  term bigint NOT NULL UNIQUE,
  beat bigint NOT NULL,
  holder text NOT NULL,
  last_runs jsonb NOT NULL DEFAULT '{}'
);
INSERT INTO regrow.one (term, beat, holder) VALUES (extract(epoch FROM now())::bigint, 0, 'unknown') ON CONFLICT DO NOTHING;`

const UNDEFINED = ['42P01', '3F000']
const WARNING_CLASS = '01'
const LOCK_MS = 1000

interface Row {
  readonly term: string
  readonly beat: string
  readonly holder: string
  readonly last_runs: LastRuns
}

interface Session {
  readonly number: number
  readonly client: pg.Client
  /** Set by a warning: a commit whose wait for the standby was cancelled is acknowledged, and may be lost all the same. */
  warned: boolean
}

export function openLeaseStore(target: LeaseTarget, tls: ClientTls): LeaseStore {
  let session: Session | undefined
  let sessions = 0

  const connect = async (withinMs: number): Promise<Session> => {
    const { host } = target
    const client = new pg.Client({
      ...target,
      ssl: { ...tls, host } as pg.ClientConfig['ssl'] & object,
      connectionTimeoutMillis: withinMs,
      application_name: 'regrow-one',
      // Whatever the database's own settings are: a write that only one machine has is no renewal.
      options: `-c synchronous_commit=on -c lock_timeout=${LOCK_MS}`,
    })
    const made: Session = { number: ++sessions, client, warned: false }
    client.on('error', () => leave(made))
    client.on('notice', ({ code }) => {
      if (code?.startsWith(WARNING_CLASS) === true) made.warned = true
    })
    await client.connect()
    return made
  }

  const leave = (left: Session | undefined): void => {
    if (left === undefined) return
    if (session === left) session = undefined
    // Without a goodbye: it may be the other side that is gone.
    ;(left.client as pg.Client & { readonly connection: { readonly stream: { destroy: () => void } } }).connection.stream.destroy()
  }

  /** One statement on one connection, which is given up when it doesn't answer in time. */
  async function ask(text: string, values: readonly unknown[], withinMs: number): Promise<{ readonly rows: readonly Row[]; readonly session: number }> {
    const untilMs = performance.now() + withinMs
    const leftMs = (): number => Math.max(1, untilMs - performance.now())
    let used: Session | undefined = session
    try {
      used ??= session = await connect(leftMs())
      used.warned = false
      const { rows } = await answered(used.client.query<Row>(text, [...values]), leftMs())
      if (used.warned) throw new Error('the database took it with a warning')
      return { rows, session: used.number }
    } catch (error) {
      if (!UNDEFINED.includes((error as { code?: string }).code ?? '')) leave(used)
      throw error
    }
  }

  async function makeTable(withinMs: number): Promise<void> {
    await answered((session ?? (session = await connect(withinMs))).client.query(TABLE), withinMs)
  }

  return {
    read: async (withinMs) => {
      const select = (): ReturnType<typeof ask> => ask('SELECT term, beat, holder FROM regrow.one', [], withinMs)
      const { rows, session: number } = await select().catch(async (error: { code?: string }) => {
        if (!UNDEFINED.includes(error.code ?? '')) throw error
        await makeTable(withinMs)
        return select()
      })
      const [row] = rows
      if (row === undefined) {
        await makeTable(withinMs)
        throw new Error('the row of the lease was gone, and is made anew')
      }
      return { lease: { term: Number(row.term), beat: Number(row.beat), holder: row.holder }, session: number }
    },
    take: async (seen: Lease, holder, withinMs) => {
      const { rows } = await ask(
        'UPDATE regrow.one SET term = term + 1, beat = 0, holder = $4 WHERE term = $1 AND beat = $2 AND holder = $3 RETURNING term, beat, holder, last_runs',
        [seen.term, seen.beat, seen.holder, holder], withinMs,
      )
      return rows[0] === undefined ? null : { term: Number(rows[0].term), lastRuns: rows[0].last_runs }
    },
    renew: async (term, holder, lastRuns, withinMs) => {
      const { rows } = await ask(
        'UPDATE regrow.one SET beat = beat + 1, last_runs = last_runs || $3::jsonb WHERE term = $1 AND holder = $2 RETURNING term, beat, holder, last_runs',
        [term, holder, JSON.stringify(lastRuns)], withinMs,
      )
      return rows.length > 0
    },
    giveBack: async (term, holder, withinMs) => {
      await ask(`UPDATE regrow.one SET holder = '' WHERE term = $1 AND holder = $2`, [term, holder], withinMs)
    },
  }
}

async function answered<T>(answer: Promise<T>, withinMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${Math.round(withinMs)} ms`)), withinMs)
  })
  answer.catch(() => undefined)
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}
