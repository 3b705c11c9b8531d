/** `regrow schema`: the JSON Schema of the spec, for editors. */
import type { Command } from 'commander'
import { publishedSchema } from '../spec/json-schema.ts'
import { printJson } from './output.ts'

export function registerSchema(program: Command): void {
  program.command('schema')
    .description('print the JSON Schema of regrow.yaml, for editors')
    .option('--json', 'as JSON (it always is)')
    .action(() => printJson(publishedSchema()))
}
