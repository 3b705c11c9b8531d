/** The command line of the bench. */
import { parseArgs } from 'node:util'
import { count, labBenchArguments, labBenchHelp, labBenchOptions, oneOf, type LabBenchOptions } from '../command-line.ts'
import { RECIPES, type Recipe } from './recipes.ts'
import { SUBJECTS, type Subject } from './subjects.ts'

export interface BenchOptions extends LabBenchOptions {
  readonly trials: ReadonlyMap<Subject, number>
  readonly recipes: readonly Recipe[]
  /** How long each of wrk's rounds is. */
  readonly seconds: number
}

const HELP = `npm run bench:front -- [options]
  --trials N             of each event with each recipe (default 5)
  --throughput-trials N  of the throughput with each recipe, each of eight rounds (default 5)
  --seconds N            how long a round is (default 5)
  --faults LIST          of ${SUBJECTS.join(', ')}
  --recipes LIST         of ${RECIPES.join(', ')}
${labBenchHelp('front')}`

/** Null: only the help was wanted. */
export function readOptions(argv: readonly string[]): BenchOptions | null {
  const { values } = parseArgs({ args: [...argv], options: {
    ...labBenchArguments('front'),
    trials: { type: 'string', default: '5' },
    'throughput-trials': { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    faults: { type: 'string', default: SUBJECTS.join(',') },
    recipes: { type: 'string', default: RECIPES.join(',') },
  } })
  if (values.help) {
    process.stdout.write(HELP)
    return null
  }
  const trialsOf = (subject: Subject): number => (subject === 'throughput' ? count('--throughput-trials', values['throughput-trials']) : count('--trials', values.trials))
  return {
    ...labBenchOptions(values),
    trials: new Map(oneOf('--faults', values.faults, SUBJECTS).map((subject) => [subject, trialsOf(subject)])),
    recipes: oneOf('--recipes', values.recipes, RECIPES),
    seconds: Math.max(1, count('--seconds', values.seconds)),
  }
}
