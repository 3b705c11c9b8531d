/** Where a check goes in, and whom it watches. */
import type { SqlTarget } from '../load/sql.ts'
import { PORTS, type Plan } from '../plan/types.ts'
import { VIP } from './judge-watch.ts'

export interface Endpoint {
  readonly name: string
  readonly host: string
  readonly port: number
}

export interface CheckTargets {
  readonly database: string
  readonly tls: SqlTarget['tls']
  /** Where the application's own path begins: the PgBouncer of each app machine. Writers are spread over them. */
  readonly poolers: readonly Endpoint[]
  /** PostgreSQL at each database machine's own address. */
  readonly machines: readonly Endpoint[]
  /** The database address, asked from outside; null: not watched. */
  readonly vip: Endpoint | null
}

export interface Login {
  readonly user: string
  readonly password: string
}

export function checkTargets(plan: Plan, tls: SqlTarget['tls']): CheckTargets {
  const at = (role: 'app' | 'database', port: number): Endpoint[] =>
    plan.machines.filter((machine) => machine.roles.includes(role)).map(({ name, address }) => ({ name, host: address, port }))
  return {
    database: plan.database.name,
    tls,
    poolers: at('app', PORTS.pgbouncer),
    machines: at('database', PORTS.postgres),
    vip: { name: VIP, host: plan.database.vip, port: PORTS.postgres },
  }
}

export const sqlTarget = ({ database, tls }: CheckTargets, { user, password }: Login, { host, port }: Endpoint): SqlTarget => ({ host, port, database, user, password, tls })
