/** Pure: what was measured, as a table in Markdown: a median over all runs, with its range where it varies. */
import { quantile } from './quantile.ts'
import type { RunFigures } from './run.ts'

export interface SizeFigures {
  readonly agents: number
  readonly runs: readonly RunFigures[]
}

type Column = readonly [string, (runs: readonly RunFigures[]) => string]

const spread = (values: readonly number[], digits: number): string => {
  const [low, middle, high] = [0, 0.5, 1].map((q) => quantile(values, q).toFixed(digits))
  return low === high ? `${middle}` : `${middle} (${low}–${high})`
}

const COLUMNS: readonly Column[] = [
  ['RSS settled, MB', (runs) => spread(runs.flatMap((run) => run.rssMb), 0)],
  ['peak, MB', (runs) => spread(runs.map((run) => run.peakMb), 0)],
  ['after a status, MB', (runs) => spread(runs.map((run) => run.afterStatusMb), 0)],
  ['% of a core', (runs) => spread(runs.map((run) => run.processorPercent), 1)],
  ['polls/s each', (runs) => spread(runs.map((run) => run.polls.perMachine), 2)],
  ['gap p99, ms', (runs) => spread(runs.map((run) => run.polls.gapMs.p99), 0)],
  ['longest gap, ms', (runs) => spread(runs.map((run) => run.polls.gapMs.max), 0)],
  ['false silences', (runs) => `${sum(runs, (run) => run.falseSilences.starting)} + ${sum(runs, (run) => run.falseSilences.watched)}`],
  ['start, s', (runs) => spread(runs.map((run) => run.startS), 1)],
]

const sum = (runs: readonly RunFigures[], of: (run: RunFigures) => number): number => runs.reduce((total, run) => total + of(run), 0)
const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`

/** False silences: those at the start + those while it was watched, over all runs. */
export const tableOf = (sizes: readonly SizeFigures[]): string => [
  line(['agents', ...COLUMNS.map(([name]) => name)]),
  line(['agents', ...COLUMNS.map(([name]) => name)].map(() => '---:')),
  ...sizes.map(({ agents, runs }) => line([String(agents), ...COLUMNS.map(([, cell]) => cell(runs))])),
].join('')
