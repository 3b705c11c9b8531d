/** `regrow pause` and `regrow resume`: the loop changes nothing for a while, in the whole stack or on one machine. */
import type { Command } from 'commander'
import { UserError } from '../lib/errors.ts'
import { connectStack } from '../provision/stack-connection.ts'
import { parseDuration } from '../spec/duration.ts'
import { loadStack } from '../spec/load.ts'
import { loadOptions, withStackOptions, type StackOptions } from './options.ts'
import { paint, print, printJson, printTable } from './output.ts'

interface PauseFlags extends StackOptions {
  readonly reason?: string
  readonly for?: string
  readonly list?: boolean
}

export function registerPause(program: Command): void {
  withStackOptions(program.command('pause [machine]').description('change nothing for a while, in the whole stack or on one machine'))
    .option('--reason <text>', 'why; everyone who asks is told')
    .option('--for <duration>', 'how long, such as 30m or 2h', '1h')
    .option('--list', 'show the pauses that are on')
    .action(pause)
}

export function registerResume(program: Command): void {
  withStackOptions(program.command('resume [machine]').description('end a pause before its time')).action(resume)
}

async function pause(machine: string | undefined, options: PauseFlags): Promise<void> {
  const forMs = parseDuration(options.for ?? '1h')
  const { reason } = options
  if (options.list !== true && (reason === undefined || reason.trim() === '')) {
    throw new UserError('a pause needs a reason: others will wonder', { next: `regrow pause${machine === undefined ? '' : ` ${machine}`} --reason "kernel update" --for 30m` })
  }
  if (forMs === undefined) throw new UserError(`--for should be a duration such as 30m or 2h, not ${options.for}`, { next: '--for 30m' })
  const connection = await connectStack(await loadStack({ ...loadOptions(options), values: 'optional' }))
  try {
    if (options.list === true || reason === undefined) return showPauses(await connection.pauses(), options.json === true)
    const begun = await connection.pause({ machine: machine ?? null, reason, forMs })
    if (options.json === true) return printJson(begun)
    print(`${paint('yellow', begun.machine ?? 'the stack')} is paused until ${new Date(begun.untilMs).toISOString()}. To end it: regrow resume${machine === undefined ? '' : ` ${machine}`}`)
  } finally {
    await connection.close()
  }
}

function showPauses(pauses: Awaited<ReturnType<Awaited<ReturnType<typeof connectStack>>['pauses']>>, json: boolean): void {
  if (json) return printJson(pauses)
  if (pauses.length === 0) return print('nothing is paused')
  printTable(['WHAT', 'UNTIL', 'BY', 'REASON'], pauses.map((one) => [one.machine ?? 'the stack', new Date(one.untilMs).toISOString(), one.by, one.reason]))
}

async function resume(machine: string | undefined, options: StackOptions): Promise<void> {
  const connection = await connectStack(await loadStack({ ...loadOptions(options), values: 'optional' }))
  try {
    const resumed = await connection.resume(machine ?? null)
    if (options.json === true) printJson({ resumed })
    else print(resumed ? `${paint('green', machine ?? 'the stack')} is no longer paused` : `${machine ?? 'the stack'} was not paused; see: regrow pause --list`)
    if (!resumed) process.exitCode = 1
  } finally {
    await connection.close()
  }
}
