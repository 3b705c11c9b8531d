/** The application on one machine is killed. */
import { killApp } from '../../src/report/drill-app.ts'
import type { Drill } from '../../src/report/drill.ts'
import { anAppMachine } from '../../src/report/drill-targets.ts'

export const killed: Drill = {
  family: 'app',
  name: 'killed',
  hypothesis: 'Nobody who reads notices that one of the applications died and was started again.',
  targets: anAppMachine,
  says: (target) => `the application on ${target} is killed`,
  script: (stage) => killApp(stage, stage.target.name),
  noticedBy: null,
  ending: { replaced: 'nobody', neverTells: ['decided', 'rebooted'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Reads under way there are asked again elsewhere. A write that it had in hand is of unknown outcome, and says so.',
  budgets: [
    { measure: 'vipReadGapMs', max: 500 },
    { measure: 'vipWriteGapMs', max: 1000 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedReads', max: 0 },
    { measure: 'readP99Ms', max: 500 },
    { measure: 'failedWrites', max: 0 },
    { measure: 'failedStatements', max: 0 },
    { measure: 'redundantMs', max: 30_000 },
  ],
}
