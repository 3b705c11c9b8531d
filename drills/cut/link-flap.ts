/** A machine's link comes and goes, each time for less than it takes to call it dead. */
import type { Drill } from '../../src/report/drill.ts'
import { anAppMachine } from '../../src/report/drill-targets.ts'

const TIMES = 5
const DOWN_MS = 1000
const UP_MS = 3000

export const linkFlap: Drill = {
  family: 'cut',
  name: 'link-flap',
  hypothesis: 'A link that always comes back costs no machine, however often it goes.',
  targets: anAppMachine,
  says: (target) => `the link of ${target} goes down ${TIMES} times, for ${DOWN_MS / 1000} s each`,
  script: async ({ target, fault, sleep }) => {
    await fault({ kind: 'flap', machine: target.name, times: TIMES, downMs: DOWN_MS, upMs: UP_MS })
    await sleep(TIMES * (DOWN_MS + UP_MS))
  },
  noticedBy: null,
  ending: { replaced: 'nobody' },
  deadMachine: false,
  takesAway: true,
  expect: 'A few reads wait for nginx to try the other machine; none fails. What was on its way to the machine may be cut off.',
  budgets: [
    { measure: 'vipReadGapMs', max: 2000 },
    { measure: 'vipWriteGapMs', max: 2000 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedWrites', max: 0 },
    { measure: 'failedStatements', max: 0 },
  ],
}
