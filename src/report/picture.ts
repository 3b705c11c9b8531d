/** The live picture of a stack under a drill, for a terminal of any size: state in, lines out; pure. */
import pc from 'picocolors'
import type { StackEvent } from '../controller/api.ts'
import type { PathCounters } from '../load/client.ts'
import { PATH_NAMES, type PathName } from '../load/path-record.ts'
import type { Plan } from '../plan/types.ts'
import { formatMs } from './budgets.ts'
import type { DrillLive } from './drill-run.ts'
import { PATH_WORDS } from './drill-text.ts'
import { drawTiers } from './picture-machines.ts'
import { fit, wrap, type Pen } from './picture-pen.ts'

export interface PictureState {
  /** `acme at https://10.77.0.10` */
  readonly title: string
  /** `2 of 3: an app machine loses power` */
  readonly step: string
  readonly plan: Plan
  readonly live: DrillLive
  /** How long each path had been silent at each of the last moments, in ms, the newest last. */
  readonly pulse: Readonly<Record<PathName, readonly number[]>>
}

export interface Canvas {
  readonly width: number
  readonly height: number
  readonly colour: boolean
}

// From here on there is room for a second line in each box.
const TALL = 34
const NARROWEST = 60

/** At most `height` lines, none wider than `width`. */
export function drawPicture(state: PictureState, { width: columns, height, colour }: Canvas): string[] {
  const pen = pc.createColors(colour)
  const width = Math.max(NARROWEST, columns) - 1
  const tall = height >= TALL
  const head = [headline(state, width, pen), ...(tall ? [...wrap(state.live.drill.expect, width).map((line) => pen.dim(line)), ''] : [])]
  const tiers = drawTiers(state, { width, tall, pen })
  const foot = [rule(width, pen), ...PATH_NAMES.map((path) => pathLine(state, path, width, pen)), rule(width, pen)]
  const room = Math.max(1, height - 1 - head.length - tiers.length - foot.length - 1)
  return [...head, ...tiers, ...foot, ...eventLines(state.live, room, width, pen), controllerLine(state.live, width, pen)].slice(0, height - 1)
}

const rule = (width: number, pen: Pen): string => pen.dim('─'.repeat(width))

function headline({ title, step, live }: PictureState, width: number, pen: Pen): string {
  const since = live.brokeMs === null ? '' : ` ${formatMs(live.nowMs - live.brokeMs)} ago`
  const right = live.lost || live.brokeMs === null ? `${step}${since}` : `${step}: whole again`
  const blanks = ' '.repeat(Math.max(2, width - title.length - right.length))
  const painted = live.lost ? pen.red(right) : live.brokeMs === null ? pen.cyan(right) : pen.green(right)
  return title.length + right.length + 2 > width ? painted : `${pen.bold(title)}${blanks}${painted}`
}

const SILENT_MS = 300
const PULSE_BARS = '▁▂▃▄▅▆▇█'

function pathLine({ live, pulse }: PictureState, path: PathName, width: number, pen: Pen): string {
  const counters = live.counters[path]
  const figures = [
    PATH_WORDS[path].padEnd(10),
    pen.bold(String(counters.ok).padStart(6)) + ' ok',
    count(counters.errors, 'failed', pen),
    path === 'vipRead' ? ' '.repeat('9999 unknown'.length) : count(counters.unknown, 'unknown', pen),
    gapText(counters, pen),
  ].join('  ')
  return fit(`${figures}  ${pulseLine(pulse[path], Math.max(0, width - FIGURES_WIDTH), pen)}`, width)
}

const GAP_WIDTH = 13
// Of all that stands before the pulse, with two blanks after each.
const FIGURES_WIDTH = 66

const count = (value: number, word: string, pen: Pen): string => {
  const text = `${String(value).padStart(4)} ${word}`
  return value === 0 ? pen.dim(text) : pen.yellow(text)
}

function gapText({ silentMs, longestGapMs }: PathCounters, pen: Pen): string {
  if (silentMs > SILENT_MS) return pen.red(`silent ${formatMs(silentMs)}`.padEnd(GAP_WIDTH))
  return `gap ${formatMs(longestGapMs)}`.padEnd(GAP_WIDTH)
}

/** A bar for each moment: low while answers come, and growing with every silent second. */
function pulseLine(silences: readonly number[], width: number, pen: Pen): string {
  return silences.slice(-width).map((silentMs) => {
    const level = silentMs <= SILENT_MS ? 0 : Math.min(PULSE_BARS.length - 1, 1 + Math.floor(Math.log2(silentMs / SILENT_MS)))
    const bar = PULSE_BARS[level] as string
    return level === 0 ? pen.green(bar) : level < 3 ? pen.yellow(bar) : pen.red(bar)
  }).join('')
}

const BAD: readonly StackEvent['kind'][] = ['silent', 'action-failed', 'startup-timeout', 'held', 'rollout-stopped']
const GOOD: readonly StackEvent['kind'][] = ['member', 'redundant', 'converged', 'leader-changed', 'back']

/** The newest events, the oldest of them first; times count from the break. */
function eventLines({ events, brokeMs }: DrillLive, room: number, width: number, pen: Pen): string[] {
  const lines = events.slice(-room).map(({ atMs, kind, text }) => {
    const time = brokeMs === null ? '' : `${((atMs - brokeMs) / 1000).toFixed(1)} s`
    const paint = BAD.includes(kind) ? pen.red : GOOD.includes(kind) ? pen.green : String
    return `${pen.dim(time.padStart(8))}  ${paint(fit(text, width - 10))}`
  })
  return [...lines, ...Array<string>(room - lines.length).fill('')]
}

const CONTROLLER_SILENT_MS = 3000

function controllerLine({ status, statusAgeMs }: DrillLive, width: number, pen: Pen): string {
  const text = statusAgeMs > CONTROLLER_SILENT_MS
    ? `no controller has answered for ${formatMs(statusAgeMs)}`
    : `${status.controller.machine}: ${status.doing.sentence}`
  const cut = fit(text, width)
  return statusAgeMs > CONTROLLER_SILENT_MS ? pen.yellow(cut) : pen.cyan(cut)
}
