/** Let's Encrypt's own ACME test server, from Debian, on a machine of its own in a lab's network. Its nonces and delays are as unreliable as it makes them. */
import { createHash } from 'node:crypto'
import { ensureLayer, type Progress, type Recipe } from '../../lab/image-packages.ts'
import { markUsed } from '../../lab/image-prune.ts'
import { ESSENTIAL_HOOK, SETUP_HOOK, SUITE } from '../../lab/image-recipe.ts'
import { IMAGES_DIR } from '../../lab/names.ts'
import { waitFor } from '../../src/lib/clock.ts'
import type { MonitoringServer } from '../hints/monitoring-server.ts'
import type { Identity } from './self-signed.ts'

const PORT = 14_000
const MANAGEMENT_PORT = 15_000
const DNS = '127.0.0.1:8053'

const RECIPE: Recipe = { packages: ['pebble', 'iproute2', 'procps', 'curl'], hooks: { setup: SETUP_HOOK, essential: ESSENTIAL_HOOK, customize: '#!/bin/sh\n' } }

/** Returns the directory of the image, to be used read-only. */
export async function pebbleImage(onProgress: Progress): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([SUITE, RECIPE])).digest('hex').slice(0, 12)
  const layer = `${IMAGES_DIR}/pebble-${hash}`
  await ensureLayer(layer, RECIPE, onProgress)
  await markUsed(layer, new Date())
  return layer
}

export const directoryUrl = (address: string): string => `https://${address}:${PORT}/dir`

export interface Pebble {
  /** The root of what it gives out; another one after each start. */
  readonly rootPem: () => Promise<string>
  /** How many certificates it gave out since its start. */
  readonly issued: () => Promise<number>
  readonly log: () => Promise<string>
  readonly stop: () => Promise<void>
}

/** `identity`: of the directory itself. Every name leads to `vip`. `lifeS`: of what it gives out. */
export async function startPebble(server: MonitoringServer, identity: Identity, { vip, lifeS }: { readonly vip: string; readonly lifeS: number }): Promise<Pebble> {
  const config = {
    pebble: {
      listenAddress: `0.0.0.0:${PORT}`, managementListenAddress: `0.0.0.0:${MANAGEMENT_PORT}`, certificate: '/etc/pebble/cert.pem', privateKey: '/etc/pebble/key.pem',
      httpPort: 80, tlsPort: 443, ocspResponderURL: '', externalAccountBindingRequired: false, retryAfter: { authz: 3, order: 5 }, certificateValidityPeriod: lifeS,
    },
  }
  await server.write('/etc/pebble/config.json', JSON.stringify(config))
  await server.write('/etc/pebble/cert.pem', identity.certificatePem)
  await server.write('/etc/pebble/key.pem', identity.keyPem)
  await start(server, 'names', `pebble-challtestsrv -defaultIPv4 ${vip} -defaultIPv6 '' -dns01 ${DNS} -http01 '' -https01 '' -tlsalpn01 '' -doh ''`)
  await start(server, 'pebble', `pebble -config /etc/pebble/config.json -dnsserver ${DNS}`)
  const fetch = async (path: string): Promise<string> => (await server.script(`curl -sSf --cacert /etc/pebble/cert.pem https://${server.address}:${MANAGEMENT_PORT}${path}`)).stdout
  await waitFor(() => fetch('/roots/0').catch(() => undefined), { timeoutMs: 20_000, everyMs: 200, what: 'pebble' })
  const log = async (): Promise<string> => (await server.script('cat /var/log/pebble.log')).stdout
  return {
    rootPem: () => fetch('/roots/0'),
    issued: async () => [...(await log()).matchAll(/Issued certificate serial/g)].length,
    log,
    stop: async () => {
      await server.script('for name in pebble names; do pid=$(cat /run/$name.pid); kill -KILL $pid; while [ -e /proc/$pid ] && ! grep -q "^State:.Z" /proc/$pid/status; do sleep 0.1; done; done')
    },
  }
}

const start = (server: MonitoringServer, name: string, command: string): Promise<unknown> =>
  server.script(`setsid ${command} >/var/log/${name}.log 2>&1 </dev/null & echo $! >/run/${name}.pid`)
