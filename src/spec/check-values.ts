/** Checks values of a spec that are right each by itself but not together, or not with what Regrow runs beside them. */
import type { SpecPath } from '../plan/layout.ts'
import { PORTS } from '../plan/types.ts'
import { checkNotify } from './check-notify.ts'
import { checkProcessNames } from './check-processes.ts'
import { checkRegistry } from './check-registry.ts'
import { checkTls } from './check-tls.ts'
import { parseDuration } from './duration.ts'
import type { Spec } from './schema.ts'
import type { PathProblem } from './structure.ts'
import { writeLine } from './words.ts'

const error = (path: SpecPath, message: string, instead: string): PathProblem => ({ severity: 'error', path, at: 'value', message, instead })

export const checkValues = (spec: Spec): PathProblem[] => [...checkApp(spec), ...checkEnvNames(spec), ...checkProcessNames(spec), ...checkRegistry(spec), ...checkDatabase(spec), ...checkHealing(spec), ...checkNotify(spec), ...checkTls(spec)]

function checkApp({ app }: Spec): PathProblem[] {
  const problems: PathProblem[] = []
  const holder = Object.entries(PORTS).find(([, port]) => port === app.port)
  if (holder !== undefined) problems.push(error(['app', 'port'], `${app.port} is used on the machines already (${words(holder[0])})`, 'write: port: 8080'))
  if ((parseDuration(app.health.timeout) ?? 0) > (parseDuration(app.health.interval) ?? 0)) {
    problems.push(error(['app', 'health', 'timeout'], `should be no longer than the interval (${app.health.interval})`, writeLine('timeout', app.health.interval)))
  }
  return problems
}

/** `etcdClient` → `etcd client` */
const words = (key: string): string => key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

/** Names that the application gets from Regrow itself. */
const GIVEN = ['PORT', 'DATABASE_URL', 'REPORTS_DATABASE_URL', 'MACHINE', 'PATH', 'HOME', 'USER']

function checkEnvNames({ app }: Spec): PathProblem[] {
  return app.env.flatMap((name, index): PathProblem[] => {
    const path = ['app', 'env', index]
    if (app.env.indexOf(name) < index) return [error(path, `${name} is listed twice`, 'keep one of the two')]
    if (GIVEN.includes(name) || name.startsWith('REGROW_')) return [error(path, `${name} is set by Regrow itself`, 'leave it out, or choose another name')]
    return []
  })
}

const TAKEN_DATABASES = ['postgres', 'template0', 'template1', 'pgbouncer']
/** Users that Regrow makes for the engine's own work. */
const TAKEN_USERS = ['postgres', 'replicator', 'rewinder', 'regrow', 'regrow_admin', 'pgbouncer']

function checkDatabase({ database }: Spec): PathProblem[] {
  const problems: PathProblem[] = []
  const taken = (key: 'name' | 'user' | 'reportsUser', list: readonly string[], fallback: string): void => {
    const value = database[key]
    if (list.includes(value) || value.startsWith('pg_')) problems.push(error(['database', key], `${value} is used by the database engine itself`, writeLine(key, fallback)))
  }
  taken('name', TAKEN_DATABASES, 'app')
  taken('user', TAKEN_USERS, 'app')
  taken('reportsUser', TAKEN_USERS, 'reports')
  if (database.user === database.reportsUser) {
    problems.push(error(['database', 'reportsUser'], 'should differ from database.user: it may only read', writeLine('reportsUser', `${database.user}_reports`)))
  }
  return problems
}

function checkHealing({ healing }: Spec): PathProblem[] {
  if (healing.mode === 'act') return []
  return [{ ...error(['healing', 'mode'], 'a lost machine is reported, not replaced', 'write: mode: act'), severity: 'warn' }]
}
