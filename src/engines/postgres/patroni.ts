/** Patroni's configuration: one YAML file per database machine, and what it keeps in etcd for all of them. */
import { stringify } from 'yaml'
import { PORTS } from '../../plan/types.ts'
import { voters, type RenderInput } from '../../render/input.ts'
import { BEFORE_STOP_SCRIPT } from './before-stop.ts'
import { BEFORE_PROMOTE_SCRIPT } from './before-promote.ts'
import { clusterConfig } from './cluster-config.ts'
import { renderHba } from './hba.ts'
import {
  BIN_DIR, BOOTSTRAP_SQL, DATA_DIR, POSTGRES_TLS, REPLICATION_USER, REST_USER, REWIND_USER, SOCKET_DIR, SUPERUSER,
} from './names.ts'
import { machineParameters } from './parameters.ts'

export function renderPatroni(input: RenderInput): string {
  const { plan, machine, secrets } = input
  const config = {
    scope: plan.stack,
    namespace: '/service/',
    name: machine.name,
    restapi: {
      listen: `0.0.0.0:${PORTS.patroni}`,
      connect_address: `${machine.address}:${PORTS.patroni}`,
      certfile: POSTGRES_TLS.chain,
      keyfile: POSTGRES_TLS.key,
      cafile: POSTGRES_TLS.ca,
      // Basic auth guards unsafe verbs only; the certificate guards all of them.
      verify_client: 'required',
      authentication: { username: REST_USER, password: secrets.passwords.patroniRest },
    },
    ctl: { cacert: POSTGRES_TLS.ca, certfile: POSTGRES_TLS.chain, keyfile: POSTGRES_TLS.key },
    etcd3: etcd(input),
    bootstrap: {
      dcs: clusterConfig(plan),
      initdb: [
        'data-checksums',
        { encoding: 'UTF8' }, { 'locale-provider': 'builtin' }, { locale: 'C.UTF-8' },
        { 'auth-local': 'peer' }, { 'auth-host': 'scram-sha-256' },
      ],
      // Patroni appends the connection string as the last argument.
      post_bootstrap: `${BIN_DIR}/psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --file=${BOOTSTRAP_SQL} --dbname`,
    },
    postgresql: postgresql(input),
    // The kernel's watchdog is not there in containers; the lock's ttl and synchronous replication keep acknowledged writes safe.
    watchdog: { mode: 'off' },
  }
  return stringify(config, { lineWidth: 0, version: '1.1' })
}

function etcd({ plan, machine }: RenderInput): Readonly<Record<string, unknown>> {
  const tls = { protocol: 'https', cacert: POSTGRES_TLS.ca, cert: POSTGRES_TLS.chain, key: POSTGRES_TLS.key }
  // Left to discover the members Patroni may pick the one that just died, and its watch hangs.
  if (machine.etcdVoter) return { hosts: [`127.0.0.1:${PORTS.etcdClient}`], use_proxies: true, ...tls }
  return { hosts: voters(plan).map((voter) => `${voter.address}:${PORTS.etcdClient}`), ...tls }
}

function postgresql({ plan, machine, secrets }: RenderInput): Readonly<Record<string, unknown>> {
  const { passwords } = secrets
  // Peers are addressed by IP, which their certificates carry, so the full check works. Unix sockets ignore all of it.
  const tls = { sslmode: 'verify-full', sslrootcert: POSTGRES_TLS.ca, sslcert: POSTGRES_TLS.chain, sslkey: POSTGRES_TLS.key }
  return {
    // On all addresses, because the virtual ones come and go; the firewall says who may connect.
    listen: `0.0.0.0:${PORTS.postgres}`,
    connect_address: `${machine.address}:${PORTS.postgres}`,
    data_dir: DATA_DIR,
    bin_dir: BIN_DIR,
    pgpass: '/var/lib/postgresql/.patroni-pgpass',
    use_unix_socket: true,
    use_unix_socket_repl: true,
    authentication: {
      superuser: { username: SUPERUSER, password: passwords.postgresSuperuser },
      replication: { username: REPLICATION_USER, password: passwords.postgresReplication, ...tls },
      rewind: { username: REWIND_USER, password: passwords.postgresRewind, ...tls },
    },
    parameters: { unix_socket_directories: SOCKET_DIR, ...machineParameters(plan, machine) },
    pg_hba: renderHba(plan),
    before_stop: BEFORE_STOP_SCRIPT,
    pre_promote: BEFORE_PROMOTE_SCRIPT,
    // Without it a rebuild waits for the primary's next regular checkpoint: a minute instead of seconds.
    basebackup: [{ checkpoint: 'fast' }],
  }
}
