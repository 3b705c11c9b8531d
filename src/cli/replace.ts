/** `regrow replace <machine>`: a new machine of the same name and address, within the guards. */
import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import type { ReplaceAnswer } from '../controller/api.ts'
import { replaceMachine } from '../provision/replace.ts'
import { connectStack } from '../provision/stack-connection.ts'
import { loadStack } from '../spec/load.ts'
import { loadOptions, withStackOptions, type StackOptions } from './options.ts'
import { note, paint, print, printJson } from './output.ts'
import { startProgress } from './progress.ts'
import { groundOf } from '../providers/ground.ts'
import { eventShower } from './up.ts'

interface ReplaceFlags extends StackOptions {
  readonly force?: boolean
  readonly yes?: boolean
}

export function registerReplace(program: Command): void {
  withStackOptions(program.command('replace <machine>').description('replace one machine by a new one; refused when that could lose data, quorum or service'))
    .option('--force', 'overrule guards that protect service and patience, after naming each risk; never those that protect data')
    .option('--yes', 'with --force: accept every named risk without being asked')
    .action(replace)
}

async function replace(name: string, options: ReplaceFlags): Promise<void> {
  const loaded = await loadStack({ ...loadOptions(options), values: 'optional' })
  const connection = await connectStack(loaded)
  const ground = await groundOf(loaded.plan).existing(loaded.plan)
  const progress = startProgress(options.json === true)
  const startedMs = Date.now()
  try {
    await replaceMachine(connection, name, {
      onEvent: eventShower(progress, ground, options.json === true),
      ...(options.force === true ? { onObjection: (answer) => overrule(answer, options.yes === true) } : {}),
    })
    if (options.json === true) printJson({ machine: name, replacedMs: Date.now() - startedMs })
    else print(`${paint('green', name)} is a full member again`)
  } finally {
    await connection.close()
  }
}

/** Names the risk; without a terminal to ask on, only `--yes` is an answer. */
async function overrule({ sentence }: Extract<ReplaceAnswer, { accepted: false }>, yes: boolean): Promise<boolean> {
  note(`${paint('yellow', 'at risk:')} ${sentence}`)
  if (yes) return true
  if (!process.stdin.isTTY) return false
  const asking = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return (await asking.question('Overrule this guard? Type yes to go on: ')).trim() === 'yes'
  } finally {
    asking.close()
  }
}
