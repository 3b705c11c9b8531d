/** Messages by e-mail over SMTP. A password is only ever sent over TLS with a certificate that was verified. */
import { OperationError } from '../lib/errors.ts'
import type { Channel } from '../plan/types.ts'
import type { Message } from './message.ts'
import type { NotifySecrets } from './channel.ts'

type EmailChannel = Extract<Channel, { kind: 'email' }>

const SUBMISSION_PORT = 587
const SMTPS_PORT = 465

/**
 * `smtps://` is TLS from the start. `smtp://` takes STARTTLS where it is offered; with a user it must be, and the server's
 * certificate must be good. Without a user the certificate isn't judged, as between mail servers: RFC 7435.
 * Throws `OperationError` REFUSED when the server says no for good, else UNREACHABLE.
 */
export async function sendEmail(channel: EmailChannel, message: Message, secrets: NotifySecrets, timeoutMs: number): Promise<void> {
  const { protocol, hostname, port } = new URL(channel.smtp)
  const secure = protocol === 'smtps:'
  const auth = authOf(channel, secrets)
  // Only who sends mail pays for the library's memory.
  const { createTransport } = await import('nodemailer')
  const transport = createTransport({
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (secure ? SMTPS_PORT : SUBMISSION_PORT) : Number(port),
    secure,
    requireTLS: auth !== undefined,
    tls: { rejectUnauthorized: secure || auth !== undefined },
    ...(auth === undefined ? {} : { auth }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  try {
    await withTimeout(transport.sendMail({ ...mailOf(channel, message) }), timeoutMs)
  } catch (cause) {
    const code = (cause as { responseCode?: number }).responseCode ?? 0
    throw new OperationError(code >= 500 ? 'REFUSED' : 'UNREACHABLE', `${hostname} did not take the mail`, { cause })
  } finally {
    transport.close()
  }
}

/** Pure. The headers tell auto-responders to keep quiet (RFC 3834) and mail programs what is urgent. */
export const mailOf = (channel: EmailChannel, message: Message) => ({
  from: channel.from,
  to: channel.to,
  subject: message.title,
  text: `${message.text}\n`,
  headers: { 'auto-submitted': 'auto-generated', 'x-regrow-stack': message.stack, 'x-regrow-kind': message.kind },
  priority: message.kind === 'needs-you' ? ('high' as const) : ('normal' as const),
})

function authOf({ userEnv, passwordEnv }: EmailChannel, secrets: NotifySecrets): { user: string; pass: string } | undefined {
  if (userEnv === null || passwordEnv === null) return undefined
  const [user, pass] = [secrets[userEnv], secrets[passwordEnv]]
  if (user === undefined || pass === undefined) throw new OperationError('REFUSED', `${user === undefined ? userEnv : passwordEnv} has no value; set it in the environment file and run: regrow up`)
  return { user, pass }
}

/** The transport's own time-outs start anew with each answer. */
function withTimeout<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no end after ${timeoutMs / 1000} s`)), timeoutMs)
  })
  return Promise.race([work, limit]).finally(() => clearTimeout(timer))
}
