/** Progress for people, on standard error: what happened and how long after the start. */
import { note, paint } from './output.ts'

export interface Progress {
  readonly step: (line: string) => void
  readonly good: (line: string) => void
  readonly bad: (line: string) => void
}

const clock = (startedMs: number): string => paint('dim', `${((Date.now() - startedMs) / 1000).toFixed(1).padStart(6)} s`)

/** Silent when a program reads the result (`--json`). */
export function startProgress(silent: boolean): Progress {
  const startedMs = Date.now()
  const say = (mark: string) => (line: string): void => {
    if (!silent) note(`${clock(startedMs)}  ${mark} ${line}`)
  }
  return { step: say(paint('cyan', '·')), good: say(paint('green', '✓')), bad: say(paint('red', '✗')) }
}
