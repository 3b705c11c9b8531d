/** One of the applications answers every request with 500. */
import { endTrouble, leaveAlone, makeTroublesome, trouble } from '../../src/report/drill-app.ts'
import type { Drill } from '../../src/report/drill.ts'
import { anAppMachine } from '../../src/report/drill-targets.ts'

const LASTS_MS = 10_000

export const answers500: Drill = {
  family: 'app',
  name: 'answers-500',
  hypothesis: 'No reader sees the 500 of one application while another one answers well.',
  targets: anAppMachine,
  says: (target) => `the application on ${target} answers 500 to everything, for ${LASTS_MS / 1000} s`,
  prepare: (stage) => makeTroublesome(stage, stage.target.name),
  script: async (stage) => {
    await trouble(stage, stage.target.name, '500')
    await stage.sleep(LASTS_MS)
    await endTrouble(stage, stage.target.name)
  },
  cleanUp: (stage) => leaveAlone(stage, stage.target.name),
  noticedBy: 'unwell',
  ending: { replaced: 'nobody', neverTells: ['decided', 'rebooted'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Reads are asked of another machine at once. A write gets the 500 as it is, until the machine is out of the pool after three checks.',
  budgets: [
    { measure: 'vipReadGapMs', max: 500 },
    { measure: 'vipWriteGapMs', max: 4000 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedReads', max: 0 },
    { measure: 'readP99Ms', max: 1100 },
    { measure: 'failedStatements', max: 0 },
    { measure: 'redundantMs', max: 40_000 },
  ],
}
