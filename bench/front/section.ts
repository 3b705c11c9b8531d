/** Pure: the generated part of docs/benchmarks.md. */
import type { Host } from '../host.ts'
import { tableOf } from '../marked-section.ts'
import { RECIPE_NAMES } from './recipes.ts'
import type { TrialResult } from './result.ts'
import type { EventCell, RateCell, Spread } from './statistics.ts'
import { EVENTS, SUBJECT_NAMES, type Event } from './subjects.ts'
import { PATHS, WAY_NAMES, type Path } from './ways.ts'

const EVENT_COLUMNS = ['', 'n', 'GETs', 'failed at first: median (range)', 'failed', 'gap, s', 'p99, ms', 'gap before, s', 'p99 before, ms', 'later: at first, for good', 'change, s', 'whole after, s', 'load']
const RATE_COLUMNS = ['', 'n', 'requests/s: median (range)', '÷ one app machine', '÷ both', 'p50, ms', 'p99, ms', 'bad', 'load']

/** One figure where all are the same. */
const spread = ({ median, min, max }: Spread, said: (value: number) => string): string => {
  const [middle, least, most] = [said(median), said(min), said(max)]
  return least === most ? middle : `${middle} (${least}–${most})`
}
const whole = (value: number): string => value.toFixed(0)
const seconds = (ms: number): string => (ms / 1000).toFixed(2)
const hundredths = (value: number): string => value.toFixed(2)
const tenths = (value: number): string => value.toFixed(1)

export function sectionOf(events: readonly EventCell[], rates: readonly RateCell[], trials: readonly TrialResult[], host: Host): string {
  const days = [...new Set(trials.map(({ at }) => at.slice(0, 10)))].toSorted()
  const loads = trials.map(({ loadAverage }) => loadAverage)
  const intro = `Measured on ${days.join(', ')} with ${host.cores} cores and ${host.memoryGb} GB: ${trials.length} trials at load averages of ${tenths(Math.min(...loads))} to ${tenths(Math.max(...loads))}.\n`
  return [
    intro,
    ...(rates.length === 0 ? [] : [`### ${SUBJECT_NAMES.throughput}\n\n![${SUBJECT_NAMES.throughput}, by way and recipe](img/front-throughput.svg)\n`]),
    ...PATHS.filter((path) => rates.some((cell) => cell.path === path)).map((path) => pathChapter(path, rates)),
    ...(events.length === 0 ? [] : ['### GETs that failed\n\n![GETs that failed, by event and recipe](img/front-failed.svg)\n']),
    ...EVENTS.filter((event) => events.some((cell) => cell.event === event)).map((event) => eventChapter(event, events)),
  ].join('\n')
}

const pathChapter = (path: Path, cells: readonly RateCell[]): string => `\`GET ${path}\`:

${tableOf(RATE_COLUMNS, cells.filter((cell) => cell.path === path).map(rateRow))}
`

const rateRow = (cell: RateCell): string[] => [
  `${RECIPE_NAMES[cell.recipe]}: ${WAY_NAMES[cell.way]}`,
  String(cell.n),
  spread(cell.perSecond, whole),
  cell.toApp === null ? '–' : spread(cell.toApp, hundredths),
  cell.toApps === null ? '–' : spread(cell.toApps, hundredths),
  spread(cell.p50Ms, tenths),
  spread(cell.p99Ms, tenths),
  String(cell.bad),
  spread(cell.loadAverage, whole),
]

const eventChapter = (event: Event, cells: readonly EventCell[]): string => `### ${SUBJECT_NAMES[event]}

![${SUBJECT_NAMES[event]}: the gap of each trial](img/front-${event}.svg)

${tableOf(EVENT_COLUMNS, cells.filter((cell) => cell.event === event).map(eventRow))}
`

const eventRow = (cell: EventCell): string[] => [
  RECIPE_NAMES[cell.recipe],
  String(cell.n),
  String(cell.requests),
  spread(cell.failedAtFirst, whole),
  spread(cell.failed, whole),
  spread(cell.gapMs, seconds),
  spread(cell.p99Ms, whole),
  spread(cell.steadyGapMs, seconds),
  spread(cell.steadyP99Ms, whole),
  `${cell.laterFailedAtFirst}, ${cell.laterFailed}`,
  cell.changeMs === null ? '–' : spread(cell.changeMs, (ms) => tenths(ms / 1000)),
  spread(cell.wholeMs, (ms) => whole(ms / 1000)),
  spread(cell.loadAverage, whole),
]
