/** The command line of the bench. */
import { parseArgs } from 'node:util'
import { count, oneOf } from '../command-line.ts'
import { FAULTS, type Fault } from './faults.ts'
import { RECIPES, type Recipe } from './recipes.ts'

export interface BenchOptions {
  readonly trials: ReadonlyMap<Fault, number>
  readonly recipes: readonly Recipe[]
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

const HELP = `npm run bench:failover -- [options]
  --trials N             of each fault with each recipe (default 10)
  --power-loss-trials N  of the power loss of the primary (default 30)
  --faults LIST          of ${FAULTS.join(', ')}
  --recipes LIST         of ${RECIPES.join(', ')}
  --dir DIR              the stack and its results (default /var/tmp/regrow-bench-failover)
  --resume               go on where an earlier run ended
  --minutes N            begin no trial later than that
  --keep                 leave the stack as it is at the end
  --json FILE            the results (default docs/benchmarks-failover.json)
  --report               only write the report anew, from FILE
`

/** Null: only the help was wanted. */
export function readOptions(argv: readonly string[]): BenchOptions | null {
  const { values } = parseArgs({ args: [...argv], options: {
    trials: { type: 'string', default: '10' },
    'power-loss-trials': { type: 'string', default: '30' },
    faults: { type: 'string', default: FAULTS.join(',') },
    recipes: { type: 'string', default: RECIPES.join(',') },
    dir: { type: 'string', default: '/var/tmp/regrow-bench-failover' },
    resume: { type: 'boolean', default: false },
    minutes: { type: 'string' },
    keep: { type: 'boolean', default: false },
    json: { type: 'string', default: 'docs/benchmarks-failover.json' },
    report: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } })
  if (values.help) {
    process.stdout.write(HELP)
    return null
  }
  const faults = oneOf('--faults', values.faults, FAULTS)
  return {
    trials: new Map(faults.map((fault) => [fault, fault === 'power-loss' ? count('--power-loss-trials', values['power-loss-trials']) : count('--trials', values.trials)])),
    recipes: oneOf('--recipes', values.recipes, RECIPES),
    dir: values.dir,
    json: values.json,
    resume: values.resume,
    reportOnly: values.report,
    keep: values.keep,
    minutes: values.minutes === undefined ? null : count('--minutes', values.minutes),
  }
}
