/** `regrow notify --test`: has the acting controller send a test message through every channel, and says what came of each. */
import type { Command } from 'commander'
import { UserError } from '../lib/errors.ts'
import { connectStack } from '../provision/stack-connection.ts'
import { loadStack } from '../spec/load.ts'
import { loadOptions, withStackOptions, type StackOptions } from './options.ts'
import { paint, print, printJson, printTable } from './output.ts'

interface NotifyOptions extends StackOptions {
  readonly test?: boolean
}

export function registerNotify(program: Command): void {
  withStackOptions(program.command('notify').description('list who is told, or send a test message through every channel'))
    .option('--test', 'send a test message, from the acting controller')
    .action(notify)
}

async function notify(options: NotifyOptions): Promise<void> {
  const loaded = await loadStack({ ...loadOptions(options), values: 'optional' })
  if (options.test !== true) return list(loaded.spec.notify.map((receiver) => [receiver.kind, receiver.to ?? `address in ${receiver.url}`]), options)
  const connection = await connectStack(loaded)
  try {
    const delivered = await connection.testChannels()
    if (delivered.length === 0) throw new UserError('the controller has no channel to send through', { where: 'notify', next: 'add one to notify: in the spec, then run: regrow up' })
    if (options.json === true) printJson(delivered)
    else printTable(['channel', 'test message', ''], delivered.map(({ channel, ok, detail }) => [channel, ok ? paint('green', 'taken') : paint('red', 'failed'), detail ?? '']))
    process.exitCode = delivered.every(({ ok }) => ok) ? 0 : 1
  } finally {
    await connection.close()
  }
}

function list(channels: readonly (readonly [string, string])[], options: NotifyOptions): void {
  if (options.json === true) printJson(channels.map(([kind, to]) => ({ kind, to })))
  else if (channels.length === 0) print('nobody is told; add a channel to notify: in the spec')
  else printTable(['kind', 'to'], channels)
}
