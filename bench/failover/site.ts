/** The stack under test, as the bench reaches it: by the lab's switches, Patroni's REST API and PgBouncer. */
import { PATRONI_CONFIG, POSTGRES_TLS, REST_CREDENTIALS } from '../../src/engines/postgres/names.ts'
import type { SqlTarget } from '../../src/load/sql.ts'
import { PORTS, type Machine } from '../../src/plan/types.ts'
import { openLabSite, type LabSite } from '../lab-site.ts'

export interface Site extends LabSite {
  readonly databases: readonly Machine[]
  /** The machine with PgBouncer. */
  readonly pooler: Machine
  readonly sql: SqlTarget
  /** Asks the machine's Patroni, from the machine itself: nobody else is let in. */
  readonly patroni: (machine: Machine, method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown) => Promise<string>
}

export const FILES = { patroni: PATRONI_CONFIG, pooler: '/etc/pgbouncer/pgbouncer.ini', keepalived: '/etc/keepalived/keepalived.conf', kernel: '/etc/sysctl.d/60-regrow.conf' } as const
/** Patroni answers a switchover when it is over, or given up. */
const REST_S = 30
/** As curl's configuration, by way of a pipe: not in the list of processes. */
const CREDENTIALS = `sed 's/.*"user":"\\([^"]*\\)","password":"\\([^"]*\\)".*/user = "\\1:\\2"/' ${REST_CREDENTIALS}`

export async function openSite(specFile: string): Promise<Site> {
  const site = await openLabSite(specFile)
  const { plan: { machines }, stack, shell } = site
  const pooler = machines.find(({ roles }) => roles.includes('app'))
  if (pooler === undefined) throw new Error('a stack without an app machine')
  return {
    ...site,
    pooler,
    databases: machines.filter(({ roles }) => roles.includes('database')),
    sql: stack.sql(pooler),
    patroni: (machine, method, path, body) => shell(machine, `${CREDENTIALS} | /usr/bin/curl --config - --silent --show-error --fail-with-body --max-time ${REST_S} --cacert ${POSTGRES_TLS.ca} --cert ${POSTGRES_TLS.chain} --key ${POSTGRES_TLS.key} --request ${method}${body === undefined ? '' : ` --json '${JSON.stringify(body)}'`} https://127.0.0.1:${PORTS.patroni}${path}`),
  }
}
