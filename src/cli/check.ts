/** `regrow check`: every error of a spec and its environment at once; with `--for`, what the running database keeps of its promises. */
import type { Command } from 'commander'
import { inspectStack, type Inspection } from '../spec/load.ts'
import type { SpecProblem } from '../spec/problem.ts'
import { checkData, checkHistory, type DataCheckFlags } from './check-data.ts'
import { loadOptions, withStackOptions } from './options.ts'
import { paint, print, printJson, visibleWidth } from './output.ts'

/** Standard output of a file with ten thousand errors helps nobody; `--json` has them all. */
const SHOWN_MAX = 50

export function registerCheck(program: Command): void {
  withStackOptions(program.command('check'))
    .description('find everything that is wrong with a spec, and say what to write instead; or, with --for, write to the running database and prove what it keeps')
    .option('--for <duration>', 'write to the running database for that long, such as 60s, and judge: is anything lost, doubled, or older than it was?')
    .option('--writers <number>', 'with --for: how many write at a time', '32')
    .option('--history <directory>', 'judge the saved history of such a check again')
    .action(check)
}

async function check(options: DataCheckFlags): Promise<void> {
  if (options.history !== undefined) return checkHistory(options.history, options.json === true)
  if (options.for !== undefined) return checkData(options)
  const inspection = await inspectStack(loadOptions(options))
  if (inspection.loaded === undefined) process.exitCode = 2
  if (options.json === true) return printJson(inspection.problems)
  for (const problem of inspection.problems.slice(0, SHOWN_MAX)) print(paintProblem(problem))
  if (inspection.problems.length > SHOWN_MAX) print(paint('dim', `… and ${inspection.problems.length - SHOWN_MAX} more (--json has them all)`))
  if (inspection.problems.length > 0) print()
  print(verdict(options.file, inspection))
}

/** The same line as `formatProblem`, in colours; on a terminal that is too narrow for it, what to write goes on a line of its own. */
export function paintProblem({ severity, file, line, column, path, message, instead }: SpecProblem, columns = process.stdout.columns): string {
  const where = paint('cyan', `${file}:${line}:${column}`)
  const warning = severity === 'warn' ? paint('yellow', 'warning: ') : ''
  const key = path === '' ? '' : `${paint('bold', path)}: `
  const what = `${where}  ${warning}${key}${message}`
  const remedy = paint('green', `(${instead})`)
  // `columns` is undefined where standard output is no terminal: programs get one line each.
  const narrow = columns !== undefined && visibleWidth(`${what} ${remedy}`) > columns
  return narrow ? `${what}\n    ${remedy}` : `${what} ${remedy}`
}

function verdict(file: string, { problems, loaded, environment }: Inspection): string {
  const errors = problems.filter((problem) => problem.severity === 'error').length
  const warnings = count(problems.length - errors, 'warning')
  if (loaded === undefined) return `${paint('red', count(errors, 'error'))}${problems.length > errors ? `, ${warnings}` : ''} in ${file}, environment ${environment}`
  return `${paint('green', 'ok')}  ${file}, environment ${environment}: ${loaded.plan.machines.length} machines${problems.length > 0 ? `, ${warnings}` : ''}`
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`
