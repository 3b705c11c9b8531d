/** `regrow up`: founds the stack, or brings it to what the spec says now. */
import type { Command } from 'commander'
import type { StackEvent } from '../controller/api.ts'
import { bringUp } from '../provision/up.ts'
import type { Ground } from '../providers/ground.ts'
import { loadStack } from '../spec/load.ts'
import { loadOptions, withStackOptions, type StackOptions } from './options.ts'
import { note, paint, print, printJson } from './output.ts'
import { startProgress, type Progress } from './progress.ts'

export function registerUp(program: Command): void {
  withStackOptions(program.command('up').description('found the stack, or roll out what has changed, one machine of a role at a time')).action(up)
}

const BAD: readonly StackEvent['kind'][] = ['silent', 'action-failed', 'rollout-stopped', 'startup-timeout', 'held']
const GOOD: readonly StackEvent['kind'][] = ['member', 'converged', 'redundant', 'updated']

export function showEvent(progress: Progress, event: StackEvent): void {
  if (BAD.includes(event.kind)) progress.bad(event.text)
  else if (GOOD.includes(event.kind)) progress.good(event.text)
  else progress.step(event.text)
}

/** The event as a line; a birth that hangs comes with the machine's last words. */
export function eventShower(progress: Progress, ground: Ground | undefined, silent: boolean): (event: StackEvent) => void {
  return (event) => {
    showEvent(progress, event)
    if (event.kind === 'startup-timeout' && ground !== undefined && !silent) void showConsole(event, ground)
  }
}

async function showConsole(event: StackEvent, ground: Ground): Promise<void> {
  const console = event.machine === null ? null : await ground.console(event.machine)
  if (console !== null) note(paint('dim', `the console of ${event.machine}:\n${console}`))
}

async function up(options: StackOptions): Promise<void> {
  const loaded = await loadStack(loadOptions(options))
  const progress = startProgress(options.json === true)
  const interrupted = new AbortController()
  process.once('SIGINT', () => {
    note('\ninterrupted: what has begun goes on by itself where it can. To see it: regrow status   To finish: regrow up')
    interrupted.abort()
    process.exit(130)
  })
  const result = await bringUp(loaded, {
    onProgress: progress.step,
    onServing: (url) => progress.good(`serving at ${url}`),
    onEvent: (event, ground) => eventShower(progress, ground, options.json === true)(event),
    signal: interrupted.signal,
  })
  if (options.json === true) printJson(result)
  else print(`${paint('green', loaded.plan.stack)} is up at ${paint('bold', result.url)}${result.founded ? ` (serving after ${(result.servingMs / 1000).toFixed(1)} s, redundant after ${(result.convergedMs / 1000).toFixed(1)} s)` : ''}`)
}
