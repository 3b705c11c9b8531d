/** `regrow certificates`: what users see, by whom it was given out and until when; and `regrow certificates renew`. */
import type { Command } from 'commander'
import type { CertificatesAnswer } from '../controller/api.ts'
import { waitFor } from '../lib/clock.ts'
import { OperationError, UserError } from '../lib/errors.ts'
import { connectStack, type StackConnection } from '../provision/stack-connection.ts'
import { loadStack } from '../spec/load.ts'
import { loadOptions, withStackOptions, type StackOptions } from './options.ts'
import { note, paint, print, printJson, printTable } from './output.ts'

const RENEW_TIMEOUT_MS = 300_000

export function registerCertificates(program: Command): void {
  const certificates = withStackOptions(program.command('certificates').description('the certificate that users see: by whom, until when, on which machines, and when it is renewed')).action(show)
  withStackOptions(certificates.command('renew').description('order a new certificate now, whatever is left of the one that there is, and however lately it failed'))
    .action((_own: StackOptions, command: Command) => renew(command.optsWithGlobals<StackOptions>()))
}

async function connected(options: StackOptions, work: (connection: StackConnection) => Promise<void>): Promise<void> {
  const connection = await connectStack(await loadStack({ ...loadOptions(options), values: 'optional' }))
  try {
    await work(connection)
  } finally {
    await connection.close()
  }
}

const show = (options: StackOptions): Promise<void> => connected(options, async (connection) => {
  const answer = await connection.certificates()
  if (options.json === true) return printJson(answer)
  showSource(answer)
  printTable(['MACHINE', 'SHOWS', 'FOR', 'BY', 'UNTIL'], answer.machines.map(({ machine, installed, served }) => [
    machine,
    installed === null ? paint('yellow', 'unknown') : installed ? paint('green', 'as it should') : paint('yellow', 'another one'),
    ...(served === null ? ['-', '-', '-'] : [served.names.slice(0, 3).join(' '), served.issuer, until(served.notAfterMs)]),
  ]))
  if (answer.attempts === null) return
  const { failures, error, nextMs } = answer.attempts
  note(`${paint('red', `the last ${failures === 1 ? 'attempt' : `${failures} attempts`} failed:`)} ${error}`)
  note(`  next attempt at ${time(nextMs)}; at once with: ${paint('bold', 'regrow certificates renew')}`)
})

function showSource({ source, directory, names, current, renewsMs }: CertificatesAnswer): void {
  print(`${names.join(', ')}: ${source === 'acme' ? `by ACME from ${directory}` : source === 'files' ? 'brought by you' : "of the stack's own authority; browsers trust one by entry.tls"}`)
  if (current !== null) print(`by ${current.issuer}, from ${time(current.notBeforeMs)} until ${until(current.notAfterMs)}${renewsMs === null ? '' : `; renewed at ${time(renewsMs)}`}`)
  print()
}

const time = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`
const until = (ms: number): string => (ms <= Date.now() ? paint('red', `${time(ms)} (ended)`) : time(ms))

const renew = (options: StackOptions): Promise<void> => connected(options, async (connection) => {
  if (connection.plan.entry.tls?.kind !== 'acme') throw new UserError('there is nobody to ask for a new certificate', { where: 'entry.tls', next: 'write acme: with email: under entry.tls, then: regrow up' })
  const before = await connection.certificates()
  await connection.renewCertificate()
  const answer = await waitFor(async () => {
    const now = await connection.certificates()
    return now.current?.fingerprint !== before.current?.fingerprint || (now.attempts !== null && now.attempts.lastMs !== before.attempts?.lastMs) ? now : undefined
  }, { timeoutMs: RENEW_TIMEOUT_MS, everyMs: 500, what: 'the authority' })
  const renewed = answer.current !== null && answer.current.fingerprint !== before.current?.fingerprint
  if (options.json === true) printJson(answer)
  else if (renewed) print(`${paint('green', 'renewed')}: by ${answer.current.issuer}, until ${until(answer.current.notAfterMs)}`)
  if (!renewed) throw new OperationError('RENEWAL', answer.attempts?.error ?? 'nothing came of it', { next: 'see docs/operate/certificates.md' })
})
