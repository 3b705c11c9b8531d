/** One writer's own connection: no pool, nothing tried again, and after a failure the next way in. */
import type pg from 'pg'
import { connectSql, type SqlTarget } from '../load/sql.ts'

/** How long a client waits for one answer; after that its outcome is unknown. */
export const STATEMENT_MS = 10_000

export interface Link {
  readonly client: pg.Client
  /** The server has said that a commit is on its own disk only. */
  warned: boolean
}

export interface Line {
  /** The open connection, or a new one; rejects with what the attempt to connect met. */
  readonly open: () => Promise<Link>
  /** Ends it, whatever is under way. */
  readonly drop: () => void
}

/** Several targets are ways to the same database: the `start`th is taken first, another one when it refuses. */
export function openLine(targets: readonly SqlTarget[], start = 0, statementMs = STATEMENT_MS, connectMs?: number): Line {
  let index = start
  let link: Link | null = null
  return {
    open: async () => {
      if (link !== null) return link
      const target = targets[index % targets.length] as SqlTarget
      try {
        const client = await connectSql(target, statementMs, connectMs)
        const opened: Link = { client, warned: false }
        client.on('notice', (notice) => {
          opened.warned ||= isLocalOnly(notice.message, notice.detail)
        })
        // Closed while nothing was under way: nothing was sent on it, so it is no failure.
        client.on('end', () => {
          if (link === opened) link = null
        })
        link = opened
        return opened
      } catch (error) {
        index += 1
        throw error
      }
    },
    drop: () => {
      const dropped = link
      link = null
      void dropped?.client.end().catch(() => undefined)
    },
  }
}

/** PostgreSQL's syncrep.c: whoever cancels a waiting commit gets a success with a warning, and this is its detail. */
export const isLocalOnly = (...texts: readonly (string | undefined)[]): boolean =>
  texts.some((text) => text?.includes('might not have been replicated') === true)
