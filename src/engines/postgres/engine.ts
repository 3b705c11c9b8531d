/** PostgreSQL as an engine: Patroni elects the primary, PgBouncer queues the clients. */
import { DATABASE_LOOPBACK, PORTS, type Machine, type Plan } from '../../plan/types.ts'
import { addressesOf, candidates, hasRole, withRole, type RenderInput } from '../../render/input.ts'
import type { Opening } from '../../render/opening.ts'
import { AHEAD_OF_WORK, dropIn, identityFiles, joinParts, reload, runningUnit, textFile, type ManifestPart } from '../../render/part.ts'
import type { Engine } from '../engine.ts'
import { renderBootstrapSql } from './bootstrap-sql.ts'
import { FORWARDER_PORT, forwarderPart } from './forwarder.ts'
import { holdClientsCommand } from './hold-clients.ts'
import { beforePromoteFile } from './before-promote.ts'
import { beforeStopFile } from './before-stop.ts'
import { BOOTSTRAP_SQL, OS_USER, PATRONI_CONFIG, REST_CREDENTIALS, reportsDatabase } from './names.ts'
import { renderPatroni } from './patroni.ts'
import { poolerPart } from './pgbouncer.ts'
import { restCredentials } from './shared-config.ts'
import { giveWayFile } from './report-login.ts'
import { reportsCheck, reportsCheckFile } from './reports-check.ts'
import { localCurl, roleCheck, roleCheckFile } from './role-check.ts'

const UNIT = 'patroni.service'

export const postgres: Engine = {
  name: 'postgres',
  databasePart,
  poolerPart: (input) => joinParts(forwarderPart(input), poolerPart(input)),
  applicationUrls: (plan, secrets) => ({
    primary: localUrl(plan.database.user, secrets.passwords.postgresApp, plan.database.name),
    reports: localUrl(plan.database.reportsUser, secrets.passwords.postgresReports, reportsDatabase(plan)),
  }),
  leaseTarget: (plan, secrets) => ({
    host: DATABASE_LOOPBACK, port: FORWARDER_PORT, database: plan.database.name, user: plan.database.user, password: secrets.passwords.postgresApp,
  }),
  roleChecks: () => ({ primary: roleCheck, reports: reportsCheck }),
  holdClients: holdClientsCommand,
  openings,
}

function databasePart(input: RenderInput): ManifestPart {
  const secret = { owner: OS_USER, secret: true }
  return {
    packages: ['patroni', 'postgresql-17', 'python3-etcd', 'python3-psycopg2'],
    files: [
      textFile(PATRONI_CONFIG, renderPatroni(input), { ...secret, onChange: [reload(UNIT)] }),
      textFile(REST_CREDENTIALS, `${JSON.stringify(restCredentials(input.secrets))}\n`, { mode: '0600', secret: true }),
      // Read once, when the cluster is made.
      textFile(BOOTSTRAP_SQL, renderBootstrapSql(input), secret),
      // What it says counts at the next start: a restart now would stop PostgreSQL for it.
      dropIn(UNIT, renderDropIn(input.machine), []),
      roleCheckFile(),
      reportsCheckFile(input.plan),
      giveWayFile(),
      beforeStopFile(),
      beforePromoteFile(input.plan),
      ...identityFiles('/etc/regrow/tls/postgres', OS_USER, [reload(UNIT)]),
    ],
    units: [runningUnit(UNIT, 'database')],
  }
}

/**
 * Patroni sleeps 5 s between attempts to reach etcd at its start, so it starts only once etcd answers a read, which a
 * member that is still learning does not: systemd tries twice a second. There is no dependency on etcd.service: PostgreSQL must outlive etcd's restarts.
 * PostgreSQL's main process, which would inherit Patroni's priority, is put back by the agent (database-watch.ts).
 */
function renderDropIn(machine: Machine): string {
  const wait = machine.etcdVoter ? [`ExecStartPre=${[...localCurl(1), '--fail', '--data', `'{"key":"AA=="}'`, `https://127.0.0.1:${PORTS.etcdClient}/v3/kv/range`].join(' ')}`] : []
  return ['[Unit]', 'StartLimitIntervalSec=0', '', '[Service]', ...wait, 'Restart=always', 'RestartSec=500ms', AHEAD_OF_WORK, ''].join('\n')
}

const localUrl = (user: string, password: string, database: string): string =>
  `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${PORTS.pgbouncer}/${encodeURIComponent(database)}`

function openings(plan: Plan, machine: Machine): Opening[] {
  const databases = withRole(plan, 'database')
  const found: Opening[] = []
  if (hasRole(machine, 'database')) {
    found.push(
      { port: PORTS.postgres, from: addressesOf(withRole(plan, 'app'), databases), operators: plan.operators, what: 'PostgreSQL from poolers and replicas' },
      { port: PORTS.patroni, from: addressesOf(databases, candidates(plan)), what: 'Patroni from its peers and controllers' },
    )
  }
  if (hasRole(machine, 'app')) found.push({ port: PORTS.pgbouncer, from: [], operators: plan.operators, what: 'PgBouncer' })
  return found
}
