/** Pure: the generated part of docs/benchmarks.md. */
import type { Host } from '../host.ts'
import { tableOf } from '../marked-section.ts'
import { FAULT_NAMES, FAULTS, type Fault } from './faults.ts'
import { RECIPE_NAMES } from './recipes.ts'
import type { TrialResult } from './result.ts'
import type { Cell } from './statistics.ts'

const COLUMNS = ['', 'n', 'gap, s: median (range)', '(a) ÷ this', 'before, s', 'later, s', 'errors', 'cut off', 'acknowledged', 'lost', 'twice', 'redundant after, s', 'load']

const seconds = (ms: number): string => (ms / 1000).toFixed(2)
const spread = ({ median, max }: Cell['errors']): string => (max === 0 ? '0' : `${median} (≤ ${max})`)

export function sectionOf(cells: readonly Cell[], trials: readonly TrialResult[], host: Host): string {
  const days = [...new Set(trials.map(({ at }) => at.slice(0, 10)))].toSorted()
  return [
    `Measured on ${days.join(', ')} with ${host.cores} cores and ${host.memoryGb} GB: ${trials.length} trials, ${total(cells, 'acked')} acknowledged writes, ${total(cells, 'lost')} of them lost, ${total(cells, 'duplicates')} there twice.\n`,
    ...FAULTS.filter((fault) => cells.some((cell) => cell.fault === fault)).map((fault) => chapterOf(fault, cells)),
    timelinesOf(trials),
  ].join('\n')
}

const total = (cells: readonly Cell[], what: 'acked' | 'lost' | 'duplicates'): number => cells.reduce((sum, cell) => sum + cell[what], 0)

function chapterOf(fault: Fault, cells: readonly Cell[]): string {
  const rows = cells.filter((cell) => cell.fault === fault)
  return `### ${FAULT_NAMES[fault]}

![${FAULT_NAMES[fault]}: the gap of each trial](img/failover-${fault}.svg)

${tableOf(COLUMNS, rows.map(rowOf))}
`
}

const rowOf = (cell: Cell): string[] => [
  RECIPE_NAMES[cell.recipe],
  String(cell.n),
  cell.n === 1 ? seconds(cell.gap.median) : `${seconds(cell.gap.median)} (${seconds(cell.gap.min)}–${seconds(cell.gap.max)})`,
  cell.ratio === null ? '–' : cell.ratio.toFixed(1),
  seconds(cell.steadyMs),
  cell.laterMs === null ? '–' : seconds(cell.laterMs),
  spread(cell.errors),
  spread(cell.unknown),
  String(cell.acked),
  String(cell.lost),
  String(cell.duplicates),
  (cell.wholeMs / 1000).toFixed(0),
  `${cell.loadAverage.min.toFixed(0)}–${cell.loadAverage.max.toFixed(0)}`,
]

/** Of Regrow's trials, one line each. */
function timelinesOf(trials: readonly TrialResult[]): string {
  const faults = FAULTS.filter((fault) => trials.some((one) => one.fault === fault && one.recipe === 'regrow'))
  return `### Where Regrow's time goes

Milliseconds since the fault.

${faults.map((fault) => `${FAULT_NAMES[fault]}:\n\n${trials.filter((one) => one.fault === fault && one.recipe === 'regrow').map((one) => `- ${one.timeline.map(({ what, atMs }) => `${what} ${atMs}`).join(', ')} (load ${one.loadAverage.toFixed(0)})`).join('\n')}\n`).join('\n')}`
}
