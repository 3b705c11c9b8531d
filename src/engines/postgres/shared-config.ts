/** The settings that Patroni keeps in etcd for all nodes: are they the plan's, and how they become so. */
import { callJson, type MtlsClient } from '../../lib/http-call.ts'
import { PORTS, type Plan } from '../../plan/types.ts'
import type { StackSecrets } from '../../secrets/types.ts'
import { REST_USER } from './names.ts'
import { clusterConfig } from './cluster-config.ts'

const TIMEOUT_MS = 5000

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
export async function configure(client: MtlsClient, address: string, plan: Plan, secrets: StackSecrets): Promise<void> {
  await callJson(client, `https://${address}:${PORTS.patroni}/config`, {
    method: 'PATCH',
    json: clusterConfig(plan),
    basicAuth: { user: REST_USER, password: secrets.passwords.patroniRest },
    timeoutMs: TIMEOUT_MS,
  })
}
