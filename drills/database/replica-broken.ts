/** The replica loses its control file and dies: it can't start with what it has. */
import { breakReplica } from '../../src/report/drill-breaks.ts'
import type { Drill } from '../../src/report/drill.ts'
import { aReplica } from '../../src/report/drill-targets.ts'

export const replicaBroken: Drill = {
  family: 'database',
  name: 'replica-broken',
  hypothesis: 'A replica that can never start again with its copy gets another one, without a new machine.',
  targets: aReplica,
  says: (target) => `the replica on ${target} is killed, and its control file removed`,
  script: (stage) => breakReplica(stage, stage.target.name),
  noticedBy: 'unwell',
  ending: { replaced: 'nobody', tells: ['reinitialised'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Writes wait until the primary has taken the replica off its list, and go on with one copy. After 45 s it is copied anew.',
  budgets: [
    { measure: 'vipReadGapMs', max: 1_000 },
    { measure: 'vipWriteGapMs', max: 3_000 },
    { measure: 'sqlGapMs', max: 3_000 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedWrites', max: 0 },
    { measure: 'failedStatements', max: 0 },
    { measure: 'redundantMs', max: 90_000 },
  ],
}
