/** `regrow deploy` and `regrow rollback`: another release of the application, with no request lost. */
import type { Command } from 'commander'
import { resolve } from 'node:path'
import { UserError } from '../lib/errors.ts'
import { goBack } from '../provision/roll-back.ts'
import { connectStack } from '../provision/stack-connection.ts'
import { bringUp } from '../provision/up.ts'
import { nameOf } from '../render/release-name.ts'
import { loadStack, withRelease } from '../spec/load.ts'
import { loadOptions, withStackOptions, type StackOptions } from './options.ts'
import { paint, print, printJson } from './output.ts'
import { startProgress } from './progress.ts'
import { eventShower, showEvent } from './up.ts'

interface DeployFlags extends StackOptions {
  readonly image?: string
  readonly release?: string
}

export function registerDeploy(program: Command): void {
  withStackOptions(program.command('deploy').description('bring another release of the application, machine by machine or all at once (app.strategy); one that fails is taken back'))
    .option('--image <reference>', 'this image instead of app.release')
    .option('--release <directory>', 'this directory instead of app.release')
    .action(deploy)
  withStackOptions(program.command('rollback').description('go back to the release that ran before, with its settings and environment')).action(rollback)
}

const took = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

async function deploy(options: DeployFlags): Promise<void> {
  if (options.image !== undefined && options.release !== undefined) throw new UserError('--image and --release exclude each other', { next: 'regrow deploy --help' })
  const loaded = await loadStack(loadOptions(options))
  const wanted = options.image === undefined ? (options.release === undefined ? loaded : await withRelease(loaded, resolve(options.release), '--release')) : await withRelease(loaded, options.image, '--image')
  const progress = startProgress(options.json === true)
  const result = await bringUp(wanted, {
    mustExist: true,
    onProgress: progress.step,
    onServing: () => undefined,
    onEvent: (event, ground) => eventShower(progress, ground, options.json === true)(event),
  })
  const release = nameOf(result.release)
  if (options.json === true) printJson({ release, generation: result.generation, tookMs: result.convergedMs })
  else print(`${paint('green', release)} runs on all app machines, after ${took(result.convergedMs)}`)
}

async function rollback(options: StackOptions): Promise<void> {
  const connection = await connectStack(await loadStack({ ...loadOptions(options), values: 'optional' }))
  const progress = startProgress(options.json === true)
  try {
    const { from, to, generation, tookMs } = await goBack(connection, (event) => showEvent(progress, event))
    if (options.json === true) printJson({ from, to, generation, tookMs })
    else print(`back from ${from} to ${paint('green', to)}, after ${took(tookMs)}`)
  } finally {
    await connection.close()
  }
}
