/** One of the applications takes seconds over everything. */
import { endTrouble, leaveAlone, makeTroublesome, trouble } from '../../src/report/drill-app.ts'
import type { Drill } from '../../src/report/drill.ts'
import { anAppMachine } from '../../src/report/drill-targets.ts'

const DELAY_MS = 3000
const LASTS_MS = 12_000

export const slow: Drill = {
  family: 'app',
  name: 'slow',
  hypothesis: 'A slow application is out of the pool after three checks; what it had in hand is answered, late.',
  targets: anAppMachine,
  says: (target) => `the application on ${target} takes ${DELAY_MS / 1000} s longer over everything, for ${LASTS_MS / 1000} s`,
  prepare: (stage) => makeTroublesome(stage, stage.target.name),
  script: async (stage) => {
    await trouble(stage, stage.target.name, `slow ${DELAY_MS}`)
    await stage.sleep(LASTS_MS)
    await endTrouble(stage, stage.target.name)
  },
  cleanUp: (stage) => leaveAlone(stage, stage.target.name),
  noticedBy: 'unwell',
  ending: { replaced: 'nobody', neverTells: ['decided', 'rebooted'] },
  deadMachine: false,
  takesAway: false,
  expect: 'For four seconds every second request takes three; then none.',
  budgets: [
    { measure: 'vipReadGapMs', max: 500 },
    { measure: 'vipWriteGapMs', max: 3500 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedWrites', max: 0 },
    { measure: 'failedStatements', max: 0 },
    { measure: 'redundantMs', max: 40_000 },
  ],
}
