/** `regrow logs <machine> [unit]`: a machine's journal. */
import type { Command } from 'commander'
import { OperationError, UserError } from '../lib/errors.ts'
import { agentUrl, connectStack } from '../provision/stack-connection.ts'
import { loadStack } from '../spec/load.ts'
import { loadOptions, withStackOptions, type StackOptions } from './options.ts'
import { print, printJson } from './output.ts'

interface LogsOptions extends StackOptions {
  readonly lines: string
}

const TIMEOUT_MS = 20_000

export function registerLogs(program: Command): void {
  withStackOptions(program.command('logs <machine> [unit]').description('show the journal of a machine, or of one unit on it'))
    .option('-n, --lines <number>', 'how many lines', '100')
    .action(logs)
}

async function logs(name: string, unit: string | undefined, options: LogsOptions): Promise<void> {
  const connection = await connectStack(await loadStack({ ...loadOptions(options), values: 'optional' }))
  try {
    const machine = connection.plan.machines.find((one) => one.name === name)
    if (machine === undefined) throw new UserError(`the plan has no machine ${name}`, { next: `one of: ${connection.plan.machines.map((one) => one.name).join(', ')}` })
    const query = new URLSearchParams({ lines: options.lines, ...(unit === undefined ? {} : { unit }) })
    const answer = await connection.client.call(`${agentUrl(machine)}/v1/logs?${query.toString()}`, { timeoutMs: TIMEOUT_MS })
    if (answer.status !== 200) throw new OperationError('LOGS', `${name} answered ${answer.status}`, { stderr: answer.body.toString() })
    const lines = answer.body.toString().trimEnd().split('\n')
    if (options.json === true) printJson({ machine: name, unit: unit ?? null, lines })
    else for (const line of lines) print(line)
  } finally {
    await connection.close()
  }
}
