/** `regrow init`: the files that a stack, or one more environment of it, starts with. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { initializeStack, type InitStep } from '../spec/initialize.ts'
import { DEFAULT_FILE, nextCommand } from '../spec/next-command.ts'
import { note, paint, print, printJson, printTable } from './output.ts'

interface InitFlags {
  readonly stack?: string
  readonly provider?: string
  readonly layout?: 'standard' | 'compact'
  readonly release?: string
  readonly env?: string
  readonly dir: string
  readonly json?: boolean
}

export function registerInit(program: Command): void {
  program.command('init')
    .description('start a stack, or one more environment of it: spec, environment file and secrets; what is there is kept')
    .option('--stack <name>', "the stack's name (default: the directory's)")
    .option('--provider <name>', 'where machines are created', 'lab')
    .option('--layout <layout>', 'standard (a machine for each role) or compact (three in all)', 'standard')
    .option('--release <dir>', 'the directory of your application, or an image (default: release beside the spec)')
    .option('-e, --env <name>', 'the environment (default: lab for the provider lab, production for any other)')
    .option('--dir <dir>', 'where the spec is, or is to be', '.')
    .option('--json', 'as JSON')
    .action(init)
}

async function init({ dir, env, json, ...flags }: InitFlags): Promise<void> {
  const { environment, steps, namesWithoutValue } = await initializeStack({ ...flags, directory: dir, environment: env })
  if (json === true) return printJson({ environment, steps, namesWithoutValue })
  printTable(['', 'FILE', ''], steps.map(row))
  for (const name of namesWithoutValue) note(`${name} is newer than the secrets: add a line ${name}=… to env/${environment}.env`)
  print()
  print(`Next: ${paint('bold', nextCommand('check', join(dir, DEFAULT_FILE), env))}`)
}

const row = ({ did, file, what }: InitStep): string[] => [did === 'kept' ? paint('dim', did) : paint('green', did), tilde(file), paint('dim', what)]

const tilde = (file: string): string => (file.startsWith(`${homedir()}/`) ? `~${file.slice(homedir().length)}` : file)
