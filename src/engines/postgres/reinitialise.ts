/** Has Patroni throw a replica's data away and copy them from the primary anew. */
import { OperationError } from '../../lib/errors.ts'
import type { MtlsClient } from '../../lib/http-call.ts'
import { PORTS } from '../../plan/types.ts'
import type { StackSecrets } from '../../secrets/types.ts'
import { REST_USER } from './names.ts'

const TIMEOUT_MS = 15_000

/** Patroni refuses (503) on the holder of the lock and without one; `force` ends what it was at, a rewind or a start that hangs (patroni/ha.py, reinitialize). */
export async function reinitialise(client: MtlsClient, address: string, secrets: StackSecrets): Promise<void> {
  const answer = await client.call(`https://${address}:${PORTS.patroni}/reinitialize`, {
    method: 'POST',
    json: { force: true },
    basicAuth: { user: REST_USER, password: secrets.passwords.patroniRest },
    timeoutMs: TIMEOUT_MS,
  })
  if (answer.status !== 200) throw new OperationError('REINITIALISE', `the replica at ${address} is not made anew: ${answer.body.toString().slice(0, 300)}`)
}
