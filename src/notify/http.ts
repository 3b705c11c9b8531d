/** Messages to receivers that take an HTTP POST: Slack and Mattermost, ntfy, and any other as a JSON document. */
import { request } from 'undici'
import { OperationError } from '../lib/errors.ts'
import type { Channel } from '../plan/types.ts'
import type { Message } from './message.ts'
import type { NotifySecrets } from './channel.ts'

type HttpChannel = Exclude<Channel, { kind: 'email' }>

export interface Posting {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Throws `OperationError` REFUSED when asking again is of no use, else UNREACHABLE or BUSY. */
export async function post(channel: HttpChannel, message: Message, secrets: NotifySecrets, timeoutMs: number): Promise<void> {
  const address = secrets[channel.urlEnv]
  if (address === undefined || !URL.canParse(address)) throw new OperationError('REFUSED', `${channel.urlEnv} holds no address; set it in the environment file and run: regrow up`)
  const { headers, body } = posting(channel.kind, message)
  const { host } = new URL(address)
  const answer = await request(address, { method: 'POST', headers, body, signal: AbortSignal.timeout(timeoutMs) }).catch((cause: unknown) => {
    throw new OperationError('UNREACHABLE', `${host} gave no answer`, { cause })
  })
  await answer.body.dump()
  const { statusCode } = answer
  if (statusCode >= 200 && statusCode < 300) return
  const passing = statusCode >= 500 || statusCode === 408 || statusCode === 429
  throw new OperationError(passing ? 'BUSY' : 'REFUSED', `${host} answered ${statusCode}`)
}

/** Pure: what each kind of receiver gets. */
export function posting(kind: HttpChannel['kind'], message: Message): Posting {
  const json = (value: unknown): Posting => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) })
  switch (kind) {
    case 'slack': return json({ text: `*${escapeSlack(message.title)}*\n${escapeSlack(message.text)}` })
    case 'mattermost': return json({ text: `**${message.title}**\n${message.text}` })
    case 'webhook': return json({ version: 1, ...message })
    case 'ntfy': return { headers: { title: headerText(message.title), ...NTFY[message.kind] }, body: message.text }
  }
}

const NTFY: Readonly<Record<Message['kind'], Readonly<Record<string, string>>>> = {
  'needs-you': { priority: 'urgent', tags: 'rotating_light' },
  healed: { priority: 'default', tags: 'white_check_mark' },
  test: { priority: 'default', tags: 'test_tube' },
}

/** Slack's three special characters: https://docs.slack.dev/messaging/formatting-message-text/#escaping */
const escapeSlack = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** One line; RFC 2047 where it isn't ASCII, which ntfy decodes: https://docs.ntfy.sh/publish/#message-title */
const headerText = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').slice(0, 250)
  return /^[\x20-\x7e]*$/.test(line) ? line : `=?UTF-8?B?${Buffer.from(line).toString('base64')}?=`
}
