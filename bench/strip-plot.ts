/** Pure: a strip plot as SVG: a dot for each trial, a bar at the median, on a logarithmic axis of seconds. */
import { quantile } from './quantile.ts'

export interface Strip {
  readonly name: string
  readonly colour: string
  /** Milliseconds, one of each trial. */
  readonly values: readonly number[]
}

export interface StripPlot {
  readonly title: string
  /** For those who don't see it. */
  readonly label: string
  readonly caption: string
  readonly strips: readonly Strip[]
}

const [WIDTH, LEFT, RIGHT, TOP, ROW, BOTTOM] = [760, 170, 110, 56, 52, 52]
const [FROM_MS, TO_MS] = [50, 100_000]
const TICKS_MS = [100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000]
/** Spreads dots that would lie on each other; the same each time. */
const JITTER = [0, -9, 9, -5, 5, -13, 13]
export const STYLE = '<style>text{font:14px system-ui,sans-serif;fill:#222}.t{font-weight:600;font-size:16px}.s{font-size:12px;fill:#555}</style>'
export const COLOURS = { usual: '#b3432f', tuned: '#9a7400', regrow: '#1f6f54' } as const

const xOf = (ms: number): number => {
  const share = Math.log(Math.min(Math.max(ms, FROM_MS), TO_MS) / FROM_MS) / Math.log(TO_MS / FROM_MS)
  return Math.round((LEFT + share * (WIDTH - LEFT - RIGHT)) * 10) / 10
}
const seconds = (ms: number): string => (ms >= 10_000 ? (ms / 1000).toFixed(1) : (ms / 1000).toFixed(2))

/** Strips without a value are left out. */
export function stripPlot({ title, label, caption, strips }: StripPlot): string {
  const rows = strips.filter(({ values }) => values.length > 0)
  const [height, floor] = [TOP + rows.length * ROW + BOTTOM, TOP + rows.length * ROW]
  const grid = TICKS_MS.map((ms) => `<line x1="${xOf(ms)}" y1="${TOP - 8}" x2="${xOf(ms)}" y2="${floor}" stroke="#ddd"/><text x="${xOf(ms)}" y="${floor + 18}" text-anchor="middle" class="s">${ms / 1000}</text>`)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${label}">
${STYLE}
<rect width="100%" height="100%" fill="#fff"/>
<text x="16" y="26" class="t">${title}</text>
${grid.join('\n')}
${rows.map((strip, index) => rowOf(strip, TOP + index * ROW + ROW / 2)).join('\n')}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${floor + 40}" text-anchor="middle" class="s">${caption}</text>
</svg>
`
}

function rowOf({ name, colour, values }: Strip, y: number): string {
  const median = quantile(values, 0.5)
  const dots = values.map((value, index) => `<circle cx="${xOf(value)}" cy="${y + (JITTER[index % JITTER.length] ?? 0)}" r="4.5" fill="${colour}" fill-opacity="0.55"/>`)
  return `<text x="16" y="${y + 5}">${name}</text>
${dots.join('')}
<line x1="${xOf(median)}" y1="${y - 18}" x2="${xOf(median)}" y2="${y + 18}" stroke="${colour}" stroke-width="3"/>
<text x="${WIDTH - RIGHT + 14}" y="${y}">${seconds(median)} s</text><text x="${WIDTH - RIGHT + 14}" y="${y + 16}" class="s">n = ${values.length}</text>`
}
