/** The live picture on the terminal: redrawn in place on the alternate screen, which leaves no trace behind it. */
import pc from 'picocolors'
import { PATH_NAMES, type PathName } from '../load/path-record.ts'
import type { Plan } from '../plan/types.ts'
import type { DrillLive } from '../report/drill-run.ts'
import { drawPicture } from '../report/picture.ts'

export interface DemoScreen {
  readonly show: (step: string, live: DrillLive) => void
  /** Back to the ordinary screen; may be called twice. */
  readonly close: () => void
}

const OPEN = '\u001b[?1049h\u001b[?25l'
const CLOSE = '\u001b[?25h\u001b[?1049l'
const HOME = '\u001b[H'
const TO_LINE_END = '\u001b[K'
const TO_SCREEN_END = '\u001b[J'

const PULSE_EVERY_MS = 500
const PULSE_KEPT = 300

export function openDemoScreen(title: string, plan: Plan): DemoScreen {
  const { stderr } = process
  const pulse: Record<PathName, number[]> = { vipRead: [], vipWrite: [], sql: [] }
  const worst: Record<PathName, number> = { vipRead: 0, vipWrite: 0, sql: 0 }
  let pulsedMs = 0
  let open = true
  stderr.write(OPEN)

  const beat = ({ counters, nowMs }: DrillLive): void => {
    for (const path of PATH_NAMES) worst[path] = Math.max(worst[path], counters[path].silentMs)
    if (nowMs - pulsedMs < PULSE_EVERY_MS) return
    pulsedMs = nowMs
    for (const path of PATH_NAMES) {
      pulse[path] = [...pulse[path], worst[path]].slice(-PULSE_KEPT)
      worst[path] = 0
    }
  }
  return {
    show: (step, live) => {
      if (!open) return
      beat(live)
      const size = { width: stderr.columns ?? 80, height: stderr.rows ?? 24, colour: pc.isColorSupported }
      const lines = drawPicture({ title, step, plan, live, pulse }, size)
      stderr.write(`${HOME}${lines.map((line) => `${line}${TO_LINE_END}`).join('\n')}${TO_SCREEN_END}`)
    },
    close: () => {
      if (open) stderr.write(CLOSE)
      open = false
    },
  }
}
