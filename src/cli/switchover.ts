/** `regrow switchover`: another machine becomes the primary, while clients wait for a moment. */
import type { Command } from 'commander'
import { switchPrimary } from '../provision/switchover.ts'
import { connectStack } from '../provision/stack-connection.ts'
import { loadStack } from '../spec/load.ts'
import { loadOptions, withStackOptions, type StackOptions } from './options.ts'
import { paint, print, printJson } from './output.ts'
import { startProgress } from './progress.ts'

interface SwitchoverFlags extends StackOptions {
  readonly to?: string
  readonly force?: boolean
}

export function registerSwitchover(program: Command): void {
  withStackOptions(program.command('switchover').description('make another machine the primary: clients wait for a moment and get no error'))
    .option('--to <machine>', 'which one (default: the synchronous standby)')
    .option('--force', 'cut off transactions that have not ended after 3 s, instead of changing nothing')
    .action(switchover)
}

async function switchover(options: SwitchoverFlags): Promise<void> {
  const connection = await connectStack(await loadStack({ ...loadOptions(options), values: 'optional' }))
  const progress = startProgress(options.json === true)
  try {
    const { machine, target, timeline } = await switchPrimary(connection, { target: options.to ?? null, insist: options.force === true }, (event) => {
      if (event.kind !== 'switched-over') (event.kind === 'action-failed' ? progress.bad : progress.step)(event.text)
    })
    const waitedMs = Number(timeline['clientsWaited'] ?? 0)
    if (options.json === true) printJson({ machine, target, timeline })
    else print(`${paint('green', target)} took over from ${machine}; clients waited for ${(waitedMs / 1000).toFixed(2)} s`)
  } finally {
    await connection.close()
  }
}
