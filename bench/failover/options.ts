/** The command line of the bench. */
import { parseArgs } from 'node:util'
import { count, labBenchArguments, labBenchHelp, labBenchOptions, oneOf, type LabBenchOptions } from '../command-line.ts'
import { FAULTS, type Fault } from './faults.ts'
import { RECIPES, type Recipe } from './recipes.ts'

export interface BenchOptions extends LabBenchOptions {
  readonly trials: ReadonlyMap<Fault, number>
  readonly recipes: readonly Recipe[]
}

const HELP = `npm run bench:failover -- [options]
  --trials N             of each fault with each recipe (default 10)
  --power-loss-trials N  of the power loss of the primary (default 30)
  --faults LIST          of ${FAULTS.join(', ')}
  --recipes LIST         of ${RECIPES.join(', ')}
${labBenchHelp('failover')}`

/** Null: only the help was wanted. */
export function readOptions(argv: readonly string[]): BenchOptions | null {
  const { values } = parseArgs({ args: [...argv], options: {
    ...labBenchArguments('failover'),
    trials: { type: 'string', default: '10' },
    'power-loss-trials': { type: 'string', default: '30' },
    faults: { type: 'string', default: FAULTS.join(',') },
    recipes: { type: 'string', default: RECIPES.join(',') },
  } })
  if (values.help) {
    process.stdout.write(HELP)
    return null
  }
  const trialsOf = (fault: Fault): number => (fault === 'power-loss' ? count('--power-loss-trials', values['power-loss-trials']) : count('--trials', values.trials))
  return {
    ...labBenchOptions(values),
    trials: new Map(oneOf('--faults', values.faults, FAULTS).map((fault) => [fault, trialsOf(fault)])),
    recipes: oneOf('--recipes', values.recipes, RECIPES),
  }
}
