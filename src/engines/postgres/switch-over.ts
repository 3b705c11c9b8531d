/** A planned switchover through Patroni's REST API. */
import { OperationError } from '../../lib/errors.ts'
import type { MtlsClient } from '../../lib/http-call.ts'
import { PORTS } from '../../plan/types.ts'
import type { StackSecrets } from '../../secrets/types.ts'
import { REST_USER } from './names.ts'

/** Patroni answers when the candidate leads, or after it gave up (patroni/api.py, do_POST_failover). */
const TIMEOUT_MS = 25_000

/** In synchronous mode Patroni refuses a candidate that is not in its list (`_is_synchronous_candidate`): HTTP 412. */
export async function switchOver(client: MtlsClient, address: string, leader: string, candidate: string, secrets: StackSecrets): Promise<void> {
  const answer = await client.call(`https://${address}:${PORTS.patroni}/switchover`, {
    method: 'POST',
    json: { leader, candidate },
    basicAuth: { user: REST_USER, password: secrets.passwords.patroniRest },
    timeoutMs: TIMEOUT_MS,
  })
  if (answer.status !== 200) throw new OperationError('SWITCHOVER', `${leader} does not hand over to ${candidate}: ${answer.body.toString().slice(0, 300)}`)
}
