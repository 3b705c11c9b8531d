/** `regrow replace <machine>`: a new machine of the same name and address, within the guards. */
import type { Command } from 'commander'
import { replaceMachine } from '../provision/replace.ts'
import { connectStack } from '../provision/stack-connection.ts'
import { loadStack } from '../spec/load.ts'
import { loadOptions, withStackOptions, type StackOptions } from './options.ts'
import { paint, print, printJson } from './output.ts'
import { startProgress } from './progress.ts'
import { groundOf } from '../providers/ground.ts'
import { eventShower } from './up.ts'

export function registerReplace(program: Command): void {
  withStackOptions(program.command('replace <machine>').description('replace one machine by a new one; refused when that could lose data or quorum')).action(replace)
}

async function replace(name: string, options: StackOptions): Promise<void> {
  const loaded = await loadStack({ ...loadOptions(options), values: 'optional' })
  const connection = await connectStack(loaded)
  const ground = await groundOf(loaded.plan).existing(loaded.plan)
  const progress = startProgress(options.json === true)
  const startedMs = Date.now()
  try {
    await replaceMachine(connection, name, { onProgress: progress.step, onEvent: eventShower(progress, ground, options.json === true) })
    if (options.json === true) printJson({ machine: name, replacedMs: Date.now() - startedMs })
    else print(`${paint('green', name)} is a full member again`)
  } finally {
    await connection.close()
  }
}
