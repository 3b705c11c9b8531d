/** Sends a hint as monitoring does: TLS, a bearer token, and nothing else that proves who speaks. */
import { Agent, request } from 'undici'
import { UserError } from '../lib/errors.ts'
import { PORTS, type Plan } from '../plan/types.ts'
import type { HintToken, PlainHint } from './drill-stack.ts'

const HINT_MS = 5000

interface HintSender {
  readonly plan: Plan
  /** Root certificate, PEM. */
  readonly ca: string
  /** Undefined: this stack takes no hints yet. */
  readonly token: string | undefined
}

/** Where secrets keep the tokens; stacks made before there were any have none. */
export const plainHintToken = (secrets: { readonly passwords: unknown; readonly hintTokens?: { readonly plain: string } }): string | undefined => secrets.hintTokens?.plain

/** To the controller on `machine`; HTTP status of the answer. */
export async function sendHint({ plan, ca, token }: HintSender, machine: string, hint: PlainHint, which: HintToken): Promise<number> {
  const address = plan.machines.find((one) => one.name === machine)?.address
  if (which === 'ours' && token === undefined) throw new UserError('this stack has no token for hints', { where: plan.stack, next: 'regrow up' })
  const shown = which === 'ours' ? token : which === 'wrong' ? 'x'.repeat(43) : undefined
  const dispatcher = new Agent({ connect: { ca, timeout: 2000 } })
  try {
    const answer = await request(`https://${address}:${PORTS.hints}/v1/hints`, {
      dispatcher,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(shown === undefined ? {} : { authorization: `Bearer ${shown}` }) },
      body: JSON.stringify(hint),
      signal: AbortSignal.timeout(HINT_MS),
    })
    await answer.body.dump()
    return answer.statusCode
  } finally {
    await dispatcher.destroy()
  }
}
