/** A container registry in a lab: one more machine of its network, with TLS and a password of its own. */
import { OperationError } from '../src/lib/errors.ts'
import { labClient, type LabClient } from '../src/providers/lab/client.ts'
import { waitFor } from '../src/lib/clock.ts'
import { formatAddress, parseNetwork } from './address.ts'
import type { FoundLab } from './find.ts'
import type { Progress } from './image-packages.ts'
import { ensureRegistryLayer } from './registry-image.ts'

export const REGISTRY_MACHINE = 'registry'
export const REGISTRY_PORT = 5000
const BOOT_TIMEOUT_MS = 30_000

export interface LabRegistry {
  /** `10.77.0.253:5000`: an image's name begins with it. */
  readonly server: string
  readonly user: string
  readonly password: string
  /** PEM: its own certificate, which is its authority too. */
  readonly ca: string
}

const CONFIG = `version: 0.1
storage: { filesystem: { rootdirectory: /var/lib/docker-registry }, delete: { enabled: true } }
http: { addr: ":${REGISTRY_PORT}", tls: { certificate: /srv/registry/ca.pem, key: /srv/registry/key.pem } }
auth: { htpasswd: { realm: registry, path: /srv/registry/users } }
log: { level: warn, accesslog: { disabled: true } }
`

/** Idempotent; secrets are made on the machine and stay there. */
const SET_UP = `set -eu
umask 077
mkdir -p /srv/registry
cd /srv/registry
if [ ! -e ready ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj "/CN=registry" -addext "subjectAltName=IP:$ADDRESS" -keyout key.pem -out ca.pem 2>/dev/null
  head -c 18 /dev/urandom | base64 >password
  htpasswd -ciB users lab <password 2>/dev/null
  chmod 0755 . && chmod 0644 ca.pem && chgrp docker-registry key.pem users && chmod 0640 key.pem users
  mkdir -p /etc/docker/registry
  printf '%s' "$CONFIG" >/etc/docker/registry/config.yml && chmod 0644 /etc/docker/registry/config.yml
  touch ready
  # The package has started it, with settings of its own.
  systemctl restart docker-registry.service
  # Others may remember an earlier one's hardware address.
  arping -q -U -c 1 -I host0 "$ADDRESS"
fi
systemctl start docker-registry.service
`

/** Made when it is not there yet. */
export async function openRegistry(found: FoundLab, onProgress: Progress): Promise<LabRegistry> {
  const { info } = found
  const network = parseNetwork(info.network)
  if (network === undefined) throw new OperationError('NETWORK', `the lab's network ${info.network} can't be read`)
  const address = formatAddress(network.last - 2)
  const client = labClient(found)
  if ((await client.get(REGISTRY_MACHINE)) === undefined) {
    await ensureRegistryLayer(info.image.packagesHash, onProgress)
    await client.create({ name: REGISTRY_MACHINE, address, userData: '#cloud-config\n', cpus: 1, memoryMb: 1024, diskGb: 10, image: 'registry' })
    onProgress(`the machine ${REGISTRY_MACHINE} was made at ${address}`)
    await waitFor(async () => ((await client.exec(REGISTRY_MACHINE, ['systemctl', 'is-active', '--quiet', 'multi-user.target'])).code === 0 ? true : undefined), { timeoutMs: BOOT_TIMEOUT_MS, everyMs: 200, what: 'the registry to boot' })
  }
  await inRegistry(client, SET_UP, { ADDRESS: address, CONFIG })
  const read = async (file: string): Promise<string> => (await inRegistry(client, `cat /srv/registry/${file}`)).trim()
  return { server: `${address}:${REGISTRY_PORT}`, user: 'lab', password: await read('password'), ca: `${await read('ca.pem')}\n` }
}

/** A script for sh on the registry's machine; its standard output. Throws `OperationError` REGISTRY when it fails. */
export async function inRegistry(client: LabClient, script: string, values: Readonly<Record<string, string>> = {}, timeoutMs = 60_000): Promise<string> {
  const result = await client.exec(REGISTRY_MACHINE, ['env', ...Object.entries(values).map(([name, value]) => `${name}=${value}`), 'sh', '-c', script], timeoutMs)
  if (result.code === 0) return result.stdout
  throw new OperationError('REGISTRY', `the registry's machine failed with ${result.code}`, { stderr: result.stderr })
}
