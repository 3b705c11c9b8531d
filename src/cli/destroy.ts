/** `regrow destroy`: removes every machine of the stack and all their data. Asks first. */
import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import { UserError } from '../lib/errors.ts'
import { destroyStack } from '../provision/destroy.ts'
import { loadStack } from '../spec/load.ts'
import { loadOptions, withStackOptions, type StackOptions } from './options.ts'
import { paint, print, printJson } from './output.ts'
import { startProgress } from './progress.ts'

interface DestroyOptions extends StackOptions {
  readonly yes?: boolean
}

export function registerDestroy(program: Command): void {
  withStackOptions(program.command('destroy').description('remove every machine of the stack and all its data'))
    .option('--yes', 'do not ask')
    .action(destroy)
}

async function confirm(stack: string): Promise<void> {
  if (!process.stdin.isTTY) throw new UserError('destroy removes all machines and all data, and there is nobody to ask', { next: 'regrow destroy --yes' })
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await terminal.question(`This removes every machine of ${paint('bold', stack)} and all its data. Type the stack's name to go on: `)
  terminal.close()
  if (answer.trim() !== stack) throw new UserError('the name does not match; nothing was removed', { next: 'regrow status' })
}

async function destroy(options: DestroyOptions): Promise<void> {
  const loaded = await loadStack({ ...loadOptions(options), values: 'optional' })
  if (options.yes !== true) await confirm(loaded.plan.stack)
  const progress = startProgress(options.json === true)
  const removed = await destroyStack(loaded, progress.step)
  if (options.json === true) printJson({ stack: loaded.plan.stack, removed })
  else print(removed.length === 0 ? 'there was nothing to remove' : `removed ${removed.join(', ')}`)
}
