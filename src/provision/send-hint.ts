/** Gives a plain hint as a monitoring system would: with the token, without a certificate, to the first candidate that takes it. */
import type { AlertAnswer } from '../controller/hints/inbox.ts'
import { OperationError, UserError } from '../lib/errors.ts'
import { tokenClient } from '../lib/mtls.ts'
import { PORTS, type Machine, type Plan } from '../plan/types.ts'
import type { OperatorSecrets } from '../secrets/types.ts'

export interface PlainHint {
  readonly machine: string
  readonly reason: string
  readonly evidence?: string
}

export interface SentHint {
  /** The candidate that took it. */
  readonly url: string
  readonly answer: AlertAnswer
}

const TIMEOUT_MS = 10_000

export const hintUrl = (machine: Machine): string => `https://${machine.address}:${PORTS.hints}/v1/hints`
export const candidatesOf = (plan: Plan): readonly Machine[] => plan.machines.filter((machine) => machine.controllerCandidate)

/** Throws `UserError` when the hint is refused, `OperationError` UNREACHABLE when no candidate takes it. */
export async function sendHint(plan: Plan, secrets: OperatorSecrets, hint: PlainHint): Promise<SentHint> {
  const client = tokenClient(secrets.rootCa.certificatePem, secrets.stack.hintTokens?.plain ?? '')
  let failure: unknown
  try {
    for (const candidate of candidatesOf(plan)) {
      const url = hintUrl(candidate)
      const response = await client.call(url, { json: hint, timeoutMs: TIMEOUT_MS }).catch((error: unknown) => { failure = error })
      if (response === undefined) continue
      const body = JSON.parse(response.body.toString()) as { readonly error?: string; readonly alerts?: readonly AlertAnswer[] }
      const [answer] = body.alerts ?? []
      if (response.status < 300 && answer !== undefined) return { url, answer }
      // Another candidate may have etcd, or the newer secrets; a wrong field stays wrong.
      if (response.status >= 500 || response.status === 401) failure = new OperationError(`HTTP_${response.status}`, `${url} answered ${response.status}`, { stderr: body.error ?? '', next: 'regrow up   (it brings the stack its tokens)' })
      else throw new UserError(`the hint was refused: ${body.error ?? response.status}`, { where: url, next: 'regrow hints send --help' })
    }
    throw failure instanceof OperationError && failure.code !== 'UNREACHABLE' ? failure : new OperationError('UNREACHABLE', 'no controller candidate took the hint', { cause: failure, next: 'regrow status' })
  } finally {
    await client.close()
  }
}
