/** One channel: its name, and one bounded round of attempts to deliver a message. Never throws, and quotes no secret. */
import { sleep } from '../lib/clock.ts'
import { OperationError } from '../lib/errors.ts'
import { errorFields } from '../lib/log.ts'
import type { Channel } from '../plan/types.ts'
import { sendEmail } from './email.ts'
import { post } from './http.ts'
import type { Message } from './message.ts'

/** Values by the names that the environment file has. */
export type NotifySecrets = Readonly<Record<string, string>>

export type Delivery = { readonly ok: true } | { readonly ok: false; readonly detail: string }

/** Waits between attempts. Four attempts of 8 s and these stay below the minute after which another controller takes over. */
const WAITS_MS: readonly number[] = [2000, 5000, 10_000]
export const ATTEMPT_TIMEOUT_MS = 8000

/** Stable when the list is put in another order; holds no secret: `ntfy NTFY_URL`, `email ops@acme.example`. */
export const channelName = (channel: Channel): string => `${channel.kind} ${channel.kind === 'email' ? channel.to : channel.urlEnv}`

export async function deliver(channel: Channel, message: Message, secrets: NotifySecrets, waitsMs = WAITS_MS): Promise<Delivery> {
  for (let attempt = 0; ; attempt++) {
    try {
      await attemptOnce(channel, message, secrets)
      return { ok: true }
    } catch (error) {
      const waitMs = waitsMs[attempt]
      const refused = error instanceof OperationError && error.code === 'REFUSED'
      if (refused || waitMs === undefined) return { ok: false, detail: withoutSecrets(describe(error), secrets) }
      await sleep(waitMs)
    }
  }
}

const attemptOnce = (channel: Channel, message: Message, secrets: NotifySecrets): Promise<void> =>
  channel.kind === 'email' ? sendEmail(channel, message, secrets, ATTEMPT_TIMEOUT_MS) : post(channel, message, secrets, ATTEMPT_TIMEOUT_MS)

const describe = (error: unknown): string => {
  const { error: what, cause } = errorFields(error)
  return cause === undefined ? what : `${what}: ${cause}`
}

/** A program's own words may repeat what they were given. Short values (a user name) would blot out half the text. */
function withoutSecrets(text: string, secrets: NotifySecrets): string {
  return Object.entries(secrets).reduce((clean, [name, value]) => (value.length < 4 ? clean : clean.replaceAll(value, `<${name}>`)), text).slice(0, 500)
}
