/** The settings that Patroni keeps in etcd for all nodes: are they the plan's, and how they become so. */
import { callJson, type MtlsClient } from '../../lib/http-call.ts'
import { PORTS, type Plan } from '../../plan/types.ts'
import type { StackSecrets } from '../../secrets/types.ts'
import { REST_USER, type RestCredentials } from './names.ts'
import { clusterConfig, LOOP_WAIT_S } from './cluster-config.ts'

const TIMEOUT_MS = 5000
const NUDGE_MS = 1000

export const restCredentials = (secrets: StackSecrets): RestCredentials => ({ user: REST_USER, password: secrets.passwords.patroniRest })

/** Every leaf of `wanted` is in `actual`; what else stands there is an operator's own and left alone. Numbers and their text are the same to PostgreSQL. */
export function containsConfig(actual: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return String(actual) === String(wanted)
  if (typeof actual !== 'object' || actual === null) return false
  return Object.entries(wanted).every(([key, value]) => containsConfig((actual as Record<string, unknown>)[key], value))
}

export function isConfigured(plan: Plan, keys: ReadonlyMap<string, string>): boolean | null {
  const config = [...keys].find(([key]) => key.endsWith('/config'))?.[1]
  return config === undefined ? null : containsConfig(JSON.parse(config), clusterConfig(plan))
}

/** `PATCH /config` merges (patroni/api.py, do_PATCH_config); what needs a restart of PostgreSQL Patroni marks as pending. */
const patch = (client: MtlsClient, address: string, settings: Readonly<Record<string, unknown>>, basicAuth: RestCredentials, timeoutMs: number): Promise<unknown> =>
  callJson(client, `https://${address}:${PORTS.patroni}/config`, {
    method: 'PATCH',
    json: settings,
    basicAuth,
    timeoutMs,
  })

export async function configure(client: MtlsClient, address: string, plan: Plan, secrets: StackSecrets): Promise<void> {
  await patch(client, address, clusterConfig(plan), restCredentials(secrets), TIMEOUT_MS)
}

/**
 * Who was asked by a primary without etcd whether it may go on leaves the lock alone for `ttl` from then (patroni/ha.py, Failsafe.leader), also
 * when it has a quorum and the lock is free; but only while failsafe mode is on. `configure` turns it on again.
 */
export async function endGrace(client: MtlsClient, address: string, credentials: RestCredentials): Promise<void> {
  await patch(client, address, { failsafe_mode: false }, credentials, NUDGE_MS)
}

/** A patch that changes nothing is not written, but wakes Patroni's loop (patroni/api.py, do_PATCH_config). */
export async function nudge(client: MtlsClient, address: string, credentials: RestCredentials): Promise<void> {
  await patch(client, address, { loop_wait: LOOP_WAIT_S }, credentials, NUDGE_MS)
}
