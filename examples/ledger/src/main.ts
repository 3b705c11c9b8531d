/** The ledger: starts at once, waits for its database in the background, ends gracefully on SIGTERM. */
import { setTimeout as delay } from 'node:timers/promises'
import { serve } from '@hono/node-server'
import type { Server } from 'node:http'
import { openDatabase, type Database } from './database.ts'
import { DatabaseAway } from './failure.ts'
import { watchPresence } from './presence.ts'
import { createRounds } from './rounds.ts'
import { routes } from './routes.ts'
import { createSchema } from './schema.ts'
import { parseSettings } from './settings.ts'

const SCHEMA_LIMIT_MS = 10_000
const SCHEMA_RETRY_MS = 1000
const GOODBYE_MS = 8000

const say = (text: string): void => void process.stdout.write(`${text}\n`)

/** Until it has worked once: the database may come up later than the application. */
async function createSchemaWhenPossible(database: Database, stopped: AbortSignal): Promise<void> {
  while (!stopped.aborted) {
    try {
      await database.transaction(SCHEMA_LIMIT_MS, createSchema)
      await database.transaction(SCHEMA_LIMIT_MS, createRounds)
      say('the tables are there')
      return
    } catch (error) {
      const why = error instanceof DatabaseAway ? 'waiting for the database' : 'the tables could not be made'
      say(`${why}: ${(error as Error).message}`)
      await delay(SCHEMA_RETRY_MS, undefined, { signal: stopped }).catch(() => undefined)
    }
  }
}

function start(): void {
  const settings = parseSettings(process.env)
  const stopped = new AbortController()
  const databases = {
    writes: openDatabase(settings.databaseUrl, 10),
    reads: openDatabase(settings.databaseUrl, 10),
    reports: openDatabase(settings.reportsUrl, 4),
    watch: openDatabase(settings.databaseUrl, 1),
  }
  const watches = { database: watchPresence(databases.watch), reports: watchPresence(databases.reports) }
  const app = routes({
    machine: settings.machine,
    sessionSecret: settings.sessionSecret,
    ...databases,
    presence: () => ({ database: watches.database.now(), reports: watches.reports.now() }),
  })
  const server = serve({ fetch: app.fetch, port: settings.port }, () => say(`${settings.machine} serves the ledger on port ${settings.port}`)) as Server
  const schema = createSchemaWhenPossible(databases.writes, stopped.signal)

  const stop = async (): Promise<void> => {
    say('stopping: finishing what was begun')
    stopped.abort()
    // A client that keeps its connection open must not hold us up for ever.
    setTimeout(() => process.exit(0), GOODBYE_MS).unref()
    await new Promise((resolve) => {
      server.close(resolve)
      server.closeIdleConnections()
    })
    await Promise.all([schema, watches.database.stop(), watches.reports.stop()])
    await Promise.all(Object.values(databases).map((database) => database.close()))
  }
  process.once('SIGTERM', () => void stop())
  process.once('SIGINT', () => void stop())
}

try {
  start()
} catch (error) {
  process.stderr.write(`the ledger can't start: ${(error as Error).message}\n`)
  process.exitCode = 2
}
