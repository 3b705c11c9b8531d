/** `regrow hints`: where monitoring sends its hints, with which tokens, what came in; and `regrow hints send`, to try it. */
import type { Command } from 'commander'
import { UserError } from '../lib/errors.ts'
import { candidatesOf, hintUrl, sendHint } from '../provision/send-hint.ts'
import { connectStack } from '../provision/stack-connection.ts'
import { readSecrets, withHintTokens } from '../secrets/store.ts'
import type { OperatorSecrets } from '../secrets/types.ts'
import { loadStack, type LoadedStack } from '../spec/load.ts'
import { loadOptions, withStackOptions, type StackOptions } from './options.ts'
import { note, paint, print, printJson, printTable } from './output.ts'

interface HintsOptions extends StackOptions {
  readonly showTokens?: boolean
  readonly ca?: boolean
}

interface SendOptions extends StackOptions {
  readonly reason: string
  readonly evidence?: string
}

export function registerHints(program: Command): void {
  const hints = withStackOptions(program.command('hints').description('where monitoring sends its hints, and which came in during the last day'))
    .option('--show-tokens', 'print the bearer tokens: they are secrets')
    .option('--ca', "print the stack's root certificate, which monitoring has to trust")
    .action(show)
  withStackOptions(hints.command('send <machine>').description('give a hint, as a monitoring system would'))
    .requiredOption('--reason <reason>', 'what is wrong, such as security-breach')
    .option('--evidence <text>', 'what it rests on, in a line')
    .action((machine: string, _own: SendOptions, command: Command) => send(machine, command.optsWithGlobals<SendOptions>()))
}

async function load(options: StackOptions): Promise<{ readonly loaded: LoadedStack; readonly secrets: OperatorSecrets; readonly areNew: boolean }> {
  const loaded = await loadStack({ ...loadOptions(options), values: 'optional' })
  const before = await readSecrets(loaded.directory, loaded.environment)
  const secrets = await withHintTokens(loaded.directory, loaded.environment, before)
  return { loaded, secrets, areNew: secrets !== before }
}

async function show(options: HintsOptions): Promise<void> {
  const { loaded, secrets, areNew } = await load(options)
  if (options.ca === true) return print(secrets.rootCa.certificatePem.trim())
  const urls = candidatesOf(loaded.plan).map((machine) => ({ machine: machine.name, plain: hintUrl(machine), alertmanager: `${hintUrl(machine)}/alertmanager`, zabbix: `${hintUrl(machine)}/zabbix` }))
  const tokens = options.showTokens === true ? secrets.stack.hintTokens : undefined
  const connection = areNew ? undefined : await connectStack(loaded)
  try {
    const records = connection === undefined ? [] : await connection.hints()
    if (options.json === true) return printJson({ urls, ...(tokens === undefined ? {} : { tokens }), hints: records.map(({ hint, outcome, settledMs }) => ({ ...hint, outcome, settledMs })) })
    printTable(['CANDIDATE', 'URL'], urls.map(({ machine, plain }) => [machine, plain]))
    note(paint('dim', 'any candidate takes any hint; Alertmanager adds /alertmanager to the URL, Zabbix /zabbix'))
    print()
    for (const [source, token] of Object.entries(tokens ?? {})) print(`${source.padEnd(14)}${token}`)
    if (areNew) note('the tokens were made just now. Next: regrow up   (it brings them to the controllers)')
    else if (tokens === undefined) note('the tokens: regrow hints --show-tokens   the certificate: regrow hints --ca   a test: regrow hints send MACHINE --reason test')
    if (records.length > 0) printTable(['WHEN', 'MACHINE', 'REASON', 'FROM', 'OUTCOME', 'EVIDENCE'], records.map(({ hint, outcome }) => [new Date(hint.atMs).toISOString().slice(0, 19), hint.machine, hint.reason, hint.source, outcome ?? paint('yellow', 'open'), hint.evidence]))
  } finally {
    await connection?.close()
  }
}

async function send(machine: string, options: SendOptions): Promise<void> {
  const { loaded, secrets, areNew } = await load(options)
  if (areNew) throw new UserError('the controllers have no tokens for hints yet', { next: 'regrow up' })
  const { reason, evidence } = options
  const { url, answer } = await sendHint(loaded.plan, secrets, { machine, reason, ...(evidence === undefined ? {} : { evidence }) })
  if (options.json === true) printJson({ url, ...answer })
  else print(`${paint(answer.result === 'accepted' ? 'green' : 'yellow', answer.result)} by ${url} as ${answer.id}`)
}
