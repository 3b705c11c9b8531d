/** Asks each database machine at its own address, several times a second: what is it, and does it still commit? */
import { sleep } from '../lib/clock.ts'
import { preciseNowMs } from '../load/path-record.ts'
import { attemptStatement, type Attempt } from './attempt.ts'
import type { Commit, Poll, Server, Span } from './history.ts'
import { openLine, type Line } from './line.ts'
import { SERVER_COLUMNS, serverOf, type ServerRow } from './server.ts'
import { sqlTarget, type CheckTargets, type Endpoint, type Login } from './targets.ts'

const EVERY_MS = 250
const POLL_MS = 1000

export interface WatchOptions {
  readonly targets: CheckTargets
  readonly login: Login
  readonly schema: string
  readonly append: (record: Poll | Commit) => void
}

/** Resolves once the signal has ended all polls. */
export async function watchMachines({ targets, login, schema, append }: WatchOptions, signal: AbortSignal): Promise<void> {
  const line = (endpoint: Endpoint, statementMs?: number): Line => openLine([sqlTarget(targets, login, endpoint)], 0, statementMs, POLL_MS)
  const { machines, vip } = targets
  await Promise.all([
    ...[...machines, ...(vip === null ? [] : [vip])].map((endpoint) =>
      again(line(endpoint, POLL_MS), signal, async (open) => append(await poll(open, endpoint.name)))),
    // On connections of their own: a commit that hangs must not keep the polls from going on.
    ...machines.map((endpoint) => again(line(endpoint), signal, async (open) => {
      const record = await commit(open, endpoint.name, schema)
      if (record !== null) append(record)
    })),
  ])
}

async function again(line: Line, signal: AbortSignal, work: (line: Line) => Promise<void>): Promise<void> {
  signal.addEventListener('abort', line.drop, { once: true })
  while (!signal.aborted) {
    const nextMs = preciseNowMs() + EVERY_MS
    await work(line)
    await sleep(Math.max(1, nextMs - preciseNowMs()), signal).catch(() => undefined)
  }
  line.drop()
}

async function poll(line: Line, target: string): Promise<Poll> {
  const attempt = await attemptStatement(line, 'read', async (client) => {
    const { rows } = await client.query<ServerRow & { read_only: boolean }>(`select ${SERVER_COLUMNS}, current_setting('transaction_read_only')::bool as read_only`)
    return { server: serverOf(rows[0]), readOnly: rows[0]?.read_only ?? true }
  })
  return { is: 'poll', target, ...spanOf(attempt), ...(attempt.outcome === 'ok' ? attempt.value : { kind: attempt.kind }) }
}

/** Null from a replica: it was asked, and there was nothing to try. */
async function commit(line: Line, target: string, schema: string): Promise<Commit | null> {
  const attempt = await attemptStatement(line, 'write', async (client): Promise<{ readonly server: Server; readonly tried: boolean }> => {
    const { rows: asked } = await client.query<ServerRow>(`select ${SERVER_COLUMNS}`)
    const server = serverOf(asked[0])
    if (server.timeline === null) return { server, tried: false }
    const { rows } = await client.query<ServerRow>(`insert into ${schema}.commits (machine) values ($1) returning ${SERVER_COLUMNS}`, [target])
    return { server: serverOf(rows[0]), tried: true }
  })
  if (attempt.outcome === 'ok' && !attempt.value.tried) return null
  return { is: 'commit', target, ...spanOf(attempt), ...(attempt.outcome === 'ok' ? { server: attempt.value.server } : { kind: attempt.kind }) }
}

const spanOf = ({ startMs, endMs }: Attempt<unknown>): Span => ({ startMs, endMs })
