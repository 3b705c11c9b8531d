/** Pure: the configuration files of a recipe without Regrow, made from those that Regrow ships. */
import { PORTS, type Plan } from '../../src/plan/types.ts'
import { POSTGRES_TLS } from '../../src/engines/postgres/names.ts'
import type { MovingAddress } from '../keepalived-file.ts'

/** Regrow's choices where PgBouncer has defaults of its own. */
const POOLER_TUNING = ['query_wait_timeout', 'server_check_delay', 'server_login_retry', 'server_connect_timeout', 'tcp_keepalive', 'tcp_keepidle', 'tcp_keepintvl', 'tcp_keepcnt', 'tcp_user_timeout']
/** Regrow's choices with which PostgreSQL notices a dead peer early. */
const SERVER_TUNING = ['tcp_keepalives_count', 'tcp_keepalives_idle', 'tcp_keepalives_interval', 'tcp_user_timeout', 'wal_receiver_status_interval', 'wal_receiver_timeout', 'wal_retrieve_retry_interval', 'wal_sender_timeout']

/** PgBouncer with its defaults, straight at the database's virtual address. */
export function defaultPooler(shipped: string, { database }: Plan): string {
  return without(shipped, POOLER_TUNING.map((name) => `${name} =`))
    .replace(new RegExp(`^${database.name} = .*$`, 'm'), `${database.name} = host=${database.vip} port=${PORTS.postgres} dbname=${database.name}`)
}

/** Patroni's file without what overrides PostgreSQL's defaults. */
export const defaultServer = (shipped: string): string => without(shipped, SERVER_TUNING.map((name) => `    ${name}:`))

/** Linux's defaults where Regrow has the kernel give up a silent peer earlier (Documentation/networking/ip-sysctl.rst). */
const KERNEL_DEFAULTS: Readonly<Record<string, number>> = { tcp_keepalive_intvl: 75, tcp_keepalive_probes: 9, tcp_keepalive_time: 7200, tcp_retries2: 15 }

/** Said and not left out: what was set stays until it is set otherwise. */
export const defaultKernel = (shipped: string): string =>
  shipped.replaceAll(/^(-net\.ipv4\.(\w+) = ).*$/gm, (line: string, name: string, key: string) => (KERNEL_DEFAULTS[key] === undefined ? line : `${name}${KERNEL_DEFAULTS[key]}`))

const without = (text: string, beginnings: readonly string[]): string =>
  text.split('\n').filter((line) => !beginnings.some((beginning) => line.startsWith(beginning))).join('\n')

/** The address for writes follows Patroni's `/primary`, as its documentation has it for load balancers. */
export const databaseAddress = (plan: Plan): MovingAddress => ({
  name: 'database',
  vip: plan.database.vip,
  routerId: plan.database.routerId,
  members: plan.machines.filter(({ roles }) => roles.includes('database')),
  check: `/usr/bin/curl --silent --fail --output /dev/null --max-time 2 --cacert ${POSTGRES_TLS.ca} --cert ${POSTGRES_TLS.chain} --key ${POSTGRES_TLS.key} https://127.0.0.1:${PORTS.patroni}/primary`,
  user: 'postgres',
  group: 'postgres',
})
