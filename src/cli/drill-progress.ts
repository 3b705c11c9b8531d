/** A running drill for a person, on standard error: phases and events as lines; on a terminal also live counters. */
import type { StackEvent } from '../controller/api.ts'
import { PATH_NAMES } from '../load/path-record.ts'
import { formatMs } from '../report/budgets.ts'
import type { DrillLive, DrillPhase } from '../report/drill-run.ts'
import { PATH_WORDS } from '../report/drill-text.ts'
import { startProgress } from './progress.ts'
import { showEvent } from './up.ts'

export interface DrillProgress {
  /** `what`: `app-1 loses power` */
  readonly phase: (phase: DrillPhase, what: string) => void
  readonly event: (event: StackEvent) => void
  readonly live: (live: DrillLive) => void
  readonly end: () => void
}

const PHASES: Readonly<Record<DrillPhase, (what: string) => string>> = {
  checking: () => 'checking that the stack is healthy',
  steady: (what) => `the client reads and writes; next: ${what}`,
  broken: (what) => what,
  whole: () => 'everything is redundant',
  judging: () => 'reading everything back',
}

const ERASE_LINE = '\r\u001b[2K'

/** `silent`: a program reads the result. */
export function startDrillProgress(silent: boolean): DrillProgress {
  const progress = startProgress(silent)
  const onTerminal = !silent && process.stderr.isTTY
  const erase = (): void => {
    if (onTerminal) process.stderr.write(ERASE_LINE)
  }
  const above = (write: () => void): void => {
    erase()
    write()
  }
  return {
    phase: (phase, what) => above(() => (phase === 'broken' ? progress.bad : phase === 'whole' ? progress.good : progress.step)(PHASES[phase](what))),
    event: (event) => above(() => showEvent(progress, event)),
    live: (live) => {
      if (onTerminal) process.stderr.write(`${ERASE_LINE}${counterLine(live).slice(0, (process.stderr.columns ?? 80) - 1)}`)
    },
    end: erase,
  }
}

const SILENT_WORTH_SAYING_MS = 300

function counterLine({ brokeMs, nowMs, counters }: DrillLive): string {
  const paths = PATH_NAMES.map((path) => {
    const { ok, errors, unknown, silentMs } = counters[path]
    const failed = errors + unknown === 0 ? '' : ` ${errors} failed ${unknown} unknown`
    const silent = silentMs < SILENT_WORTH_SAYING_MS ? '' : ` silent ${formatMs(silentMs)}`
    return `${PATH_WORDS[path]} ${ok}${failed}${silent}`
  })
  return `         ${brokeMs === null ? '' : `${formatMs(nowMs - brokeMs)} · `}${paths.join(' · ')}`
}

