/** What the command lines of the benches have in common. */
import { UserError } from '../src/lib/errors.ts'

/** A list with commas between; throws `UserError` on a word that is not `known`. */
export function oneOf<T extends string>(option: string, list: string, known: readonly T[]): T[] {
  return list.split(',').map((word) => {
    const found = known.find((one) => one === word)
    if (found === undefined) throw new UserError(`${option} does not know "${word}"`, { next: `${option} ${known.join(',')}` })
    return found
  })
}

/** 0, 1, 2 …; throws `UserError`. */
export function count(option: string, text: string): number {
  const number = Number(text)
  if (text.trim() === '' || !Number.isInteger(number) || number < 0) throw new UserError(`"${text}" is no number for ${option}`, { next: `${option} 3` })
  return number
}

/** What every bench in a lab can be told. */
export interface LabBenchOptions {
  /** Where the stack's spec is, and the results. */
  readonly dir: string
  readonly json: string
  readonly resume: boolean
  readonly reportOnly: boolean
  /** The stack stays when the bench ends. */
  readonly keep: boolean
  /** No trial begins later than that; null: all that are wanted. */
  readonly minutes: number | null
}

const dirOf = (bench: string): string => `/var/tmp/regrow-bench-${bench}`
const jsonOf = (bench: string): string => `docs/benchmarks-${bench}.json`

/** For `parseArgs`. */
export const labBenchArguments = (bench: string) => ({
  dir: { type: 'string', default: dirOf(bench) },
  json: { type: 'string', default: jsonOf(bench) },
  resume: { type: 'boolean', default: false },
  report: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
  minutes: { type: 'string' },
  help: { type: 'boolean', default: false },
}) as const

export const labBenchHelp = (bench: string): string => `  --dir DIR              the stack and its results (default ${dirOf(bench)})
  --resume               go on where an earlier run ended
  --minutes N            begin no trial later than that
  --keep                 leave the stack as it is at the end
  --json FILE            the results (default ${jsonOf(bench)})
  --report               only write the report anew, from FILE
`

interface LabBenchValues {
  readonly dir: string
  readonly json: string
  readonly resume: boolean
  readonly report: boolean
  readonly keep: boolean
  readonly minutes?: string | undefined
}

export const labBenchOptions = ({ dir, json, resume, report, keep, minutes }: LabBenchValues): LabBenchOptions =>
  ({ dir, json, resume, reportOnly: report, keep, minutes: minutes === undefined ? null : count('--minutes', minutes) })
