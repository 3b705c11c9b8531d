/** The application's settings, from its environment alone. */
import { hostname } from 'node:os'

export interface Settings {
  readonly port: number
  /** Reads and writes: the primary, through PgBouncer. */
  readonly databaseUrl: string
  /** Reads that may be a little old: a replica. */
  readonly reportsUrl: string
  /** Told in every answer, so that one can see who served it. */
  readonly machine: string
  readonly sessionSecret: string
}

export function parseSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const missing: string[] = []
  const need = (name: string): string => {
    const value = env[name]
    if (value === undefined || value === '') missing.push(name)
    return value ?? ''
  }
  const port = Number(env.PORT ?? '8080')
  const settings: Settings = {
    port,
    databaseUrl: need('DATABASE_URL'),
    reportsUrl: need('REPORTS_DATABASE_URL'),
    machine: env.MACHINE || hostname(),
    sessionSecret: need('SESSION_SECRET'),
  }
  if (missing.length > 0) throw new Error(`missing in the environment: ${missing.join(', ')}`)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`PORT should be 1 to 65535, not "${env.PORT}"`)
  return settings
}
