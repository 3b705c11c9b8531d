/** PgBouncer on an app machine: turns a failover into a pause, because clients queue here instead of getting an error. */
import { DATABASE_LOOPBACK, PORTS, type Plan } from '../../plan/types.ts'
import type { RenderInput } from '../../render/input.ts'
import { identityFiles, reload, restart, runningUnit, dropIn, textFile, type ManifestPart } from '../../render/part.ts'
import { FORWARDER_PORT } from './forwarder.ts'
import { holdClientsFile } from './hold-clients.ts'
import { OS_USER, PGBOUNCER_ADMIN, PGBOUNCER_TLS, reportsDatabase, SOCKET_DIR } from './names.ts'
import { POOL_SIZE, RESERVE_POOL_SIZE } from './parameters.ts'

const UNIT = 'pgbouncer.service'

export function poolerPart(input: RenderInput): ManifestPart {
  const owned = { group: OS_USER, mode: '0640', onChange: [reload(UNIT)] }
  return {
    packages: ['pgbouncer', 'postgresql-client-17'],
    files: [
      textFile('/etc/pgbouncer/pgbouncer.ini', renderIni(input), owned),
      textFile('/etc/pgbouncer/hba.conf', renderPoolerHba(input.plan), owned),
      textFile('/etc/pgbouncer/userlist.txt', renderUserlist(input), { ...owned, secret: true }),
      holdClientsFile(input.plan),
      dropIn(UNIT, DROP_IN),
      ...identityFiles('/etc/regrow/tls/pgbouncer', OS_USER, [restart(UNIT)]),
    ],
    units: [runningUnit(UNIT)],
  }
}

const DROP_IN = `[Unit]
StartLimitIntervalSec=0

[Service]
Restart=always
RestartSec=200ms
LimitNOFILE=65536
`

export function renderIni({ plan, machine }: RenderInput): string {
  const { name, reports, reportsVip } = plan.database
  return `[databases]
; By way of the forwarder on this machine: see /etc/haproxy/haproxy.cfg.
${name} = host=${DATABASE_LOOPBACK} port=${FORWARDER_PORT} dbname=${name}
; A replica that was promoted keeps its old connections: a short life moves reports to the new replica.
${reportsDatabase(plan)} = host=${reportsVip} port=${PORTS.postgres} dbname=${name} server_lifetime=30 pool_size=${reports.pool}

[pgbouncer]
listen_addr = 127.0.0.1,${machine.address}
listen_port = ${PORTS.pgbouncer}
unix_socket_dir = ${SOCKET_DIR}

auth_type = hba
auth_hba_file = /etc/pgbouncer/hba.conf
auth_file = /etc/pgbouncer/userlist.txt
admin_users = ${PGBOUNCER_ADMIN}

pool_mode = transaction
default_pool_size = ${POOL_SIZE}
reserve_pool_size = ${RESERVE_POOL_SIZE}
max_client_conn = 2000
max_prepared_statements = 200
ignore_startup_parameters = extra_float_digits

; A failover is a pause: how long a client waits in the queue before it gets an error.
query_wait_timeout = 60
; Each connection is tried before it is handed out, and a dead one is noticed in under a second.
server_check_delay = 0
server_login_retry = 0.1
; Logging in may take as long as a failover: the forwarder holds the connection until there is a primary.
server_connect_timeout = 60
tcp_keepalive = 1
tcp_keepidle = 2
tcp_keepintvl = 1
tcp_keepcnt = 2
tcp_user_timeout = 700

; The addresses used here are in the database machines' certificates only.
server_tls_sslmode = verify-full
server_tls_ca_file = ${PGBOUNCER_TLS.ca}
server_tls_cert_file = ${PGBOUNCER_TLS.chain}
server_tls_key_file = ${PGBOUNCER_TLS.key}
; The application connects over loopback in the clear; hba.conf demands TLS from everybody else.
client_tls_sslmode = allow
client_tls_ca_file = ${PGBOUNCER_TLS.ca}
client_tls_cert_file = ${PGBOUNCER_TLS.chain}
client_tls_key_file = ${PGBOUNCER_TLS.key}

log_connections = 0
log_disconnections = 0
log_stats = 0
`
}

export function renderPoolerHba(plan: Plan): string {
  const { name, user, reportsUser } = plan.database
  const rules = [
    { database: name, user, address: '127.0.0.1/32', type: 'host' },
    { database: reportsDatabase(plan), user: reportsUser, address: '127.0.0.1/32', type: 'host' },
    { database: 'pgbouncer', user: PGBOUNCER_ADMIN, address: '127.0.0.1/32', type: 'host' },
    ...plan.operators.flatMap((address) => [
      { database: name, user, address, type: 'hostssl' },
      { database: reportsDatabase(plan), user: reportsUser, address, type: 'hostssl' },
    ]),
  ]
  return rules.map((rule) => `${rule.type} ${rule.database} ${rule.user} ${rule.address} scram-sha-256\n`).join('')
}

/** Plain passwords, because PgBouncer needs them to log in at the server with SCRAM and to check its clients alike. */
function renderUserlist({ plan, secrets }: RenderInput): string {
  const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`
  const users: [string, string][] = [
    [plan.database.user, secrets.passwords.postgresApp],
    [plan.database.reportsUser, secrets.passwords.postgresReports],
    [PGBOUNCER_ADMIN, secrets.passwords.pgbouncerAdmin],
  ]
  return users.map(([name, password]) => `${quote(name)} ${quote(password)}\n`).join('')
}
