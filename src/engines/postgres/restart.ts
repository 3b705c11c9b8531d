/** Restarts PostgreSQL on one node through its Patroni, for parameters that wait for it. */
import { OperationError } from '../../lib/errors.ts'
import type { MtlsClient } from '../../lib/http-call.ts'
import { PORTS } from '../../plan/types.ts'
import type { StackSecrets } from '../../secrets/types.ts'
import { REST_USER } from './names.ts'

const TIMEOUT_MS = 60_000

/** Patroni answers when PostgreSQL runs again; 503 when nothing waits for a restart any more (patroni/ha.py, restart_matches). */
export async function restart(client: MtlsClient, address: string, secrets: StackSecrets): Promise<void> {
  const answer = await client.call(`https://${address}:${PORTS.patroni}/restart`, {
    method: 'POST',
    json: { restart_pending: true },
    basicAuth: { user: REST_USER, password: secrets.passwords.patroniRest },
    timeoutMs: TIMEOUT_MS,
  })
  if (answer.status !== 200) throw new OperationError('RESTART', `PostgreSQL at ${address} was not restarted: ${answer.body.toString().slice(0, 300)}`)
}
