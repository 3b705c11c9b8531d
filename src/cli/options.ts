/** Options that the verbs on a stack share: which spec, which environment, for people or for programs. */
import type { Command } from 'commander'
import type { LoadOptions } from '../spec/load.ts'
import { DEFAULT_FILE } from '../spec/next-command.ts'

export interface StackOptions {
  readonly file: string
  readonly env?: string
  readonly json?: boolean
}

/** `-f, --file`, `-e, --env` and `--json`. */
export const withStackOptions = (command: Command): Command =>
  command
    .option('-f, --file <path>', 'the spec', DEFAULT_FILE)
    .option('-e, --env <name>', 'the environment (default: lab for the provider lab, production for any other)')
    .option('--json', 'as JSON')

export const loadOptions = ({ file, env }: StackOptions): LoadOptions => ({ file, environment: env })
