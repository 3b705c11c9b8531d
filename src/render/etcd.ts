/** etcd on a voter: addresses, mutual TLS, and limits. How it joins comes with the machine's birth, not from here. */
import { PORTS } from '../plan/types.ts'
import { etcdHostname, type RenderInput } from './input.ts'
import { AHEAD_OF_WORK, dropIn, identityFiles, restart, runningUnit, textFile, tlsPaths, type ManifestPart } from './part.ts'

const UNIT = 'etcd.service'
const TLS_DIR = '/etc/regrow/tls/etcd'

/** Written by the agent at birth: ETCD_INITIAL_CLUSTER and ETCD_INITIAL_CLUSTER_STATE. etcd ignores them once it has data. */
export const ETCD_BIRTH_ENV = '/var/lib/regrow/etcd-birth.env'

export function etcdPart(input: RenderInput): ManifestPart {
  if (!input.machine.etcdVoter) return {}
  return {
    packages: ['etcd-client', 'etcd-server'],
    files: [
      textFile('/etc/default/etcd', renderEtcd(input), { onChange: [restart(UNIT)] }),
      dropIn(UNIT, DROP_IN),
      ...identityFiles(TLS_DIR, 'etcd', [restart(UNIT)]),
    ],
    units: [runningUnit(UNIT, 'etcd')],
  }
}

/**
 * The file of the birth must be there, or the start fails and is tried again: without it etcd would found a cluster of
 * its own. The start is done when the member has a quorum; after a power cut of the whole stack that can take any time.
 */
const DROP_IN = `[Unit]
StartLimitIntervalSec=0

[Service]
EnvironmentFile=${ETCD_BIRTH_ENV}
TimeoutStartSec=infinity
Restart=always
RestartSec=500ms
${AHEAD_OF_WORK}
`

export function renderEtcd({ plan, machine }: RenderInput): string {
  const tls = tlsPaths(TLS_DIR)
  // Addresses, never names: etcd resolves names when it should not (etcd #10575).
  const client = `https://${machine.address}:${PORTS.etcdClient}`
  const peer = `https://${machine.address}:${PORTS.etcdPeer}`
  const settings: Readonly<Record<string, string>> = {
    NAME: machine.name,
    DATA_DIR: '/var/lib/etcd/default',
    LISTEN_CLIENT_URLS: `https://127.0.0.1:${PORTS.etcdClient},${client}`,
    ADVERTISE_CLIENT_URLS: client,
    LISTEN_PEER_URLS: peer,
    INITIAL_ADVERTISE_PEER_URLS: peer,
    INITIAL_CLUSTER_TOKEN: plan.stack,
    STRICT_RECONFIG_CHECK: 'true',
    HEARTBEAT_INTERVAL: '100',
    ELECTION_TIMEOUT: '1000',
    QUOTA_BACKEND_BYTES: String(512 * 1024 * 1024),
    AUTO_COMPACTION_MODE: 'periodic',
    AUTO_COMPACTION_RETENTION: '1h',
    ...Object.fromEntries(['', 'PEER_'].flatMap((side) => [
      [`${side}CERT_FILE`, tls.chain],
      [`${side}KEY_FILE`, tls.key],
      [`${side}TRUSTED_CA_FILE`, tls.ca],
      [`${side}CLIENT_CERT_AUTH`, 'true'],
    ])),
    // Any machine of the stack has a certificate of this CA; only members and etcd's clients carry this name in it.
    // Not so for clients: 3.5.16 then refuses its own JSON gateway, which dials without verifying the server and so has
    // no verified chain to find the name in. The firewall lets in only the machines that are etcd's clients.
    PEER_CERT_ALLOWED_HOSTNAME: etcdHostname(plan),
    LOG_LEVEL: 'warn',
  }
  return Object.entries(settings).map(([name, value]) => `ETCD_${name}=${value}\n`).join('')
}
