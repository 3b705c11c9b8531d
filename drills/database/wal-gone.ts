/** The replica is away (its receiver can't reach the primary's slot) until the primary no longer has the WAL that it needs. */
import { loseWal } from '../../src/report/drill-breaks.ts'
import type { Drill } from '../../src/report/drill.ts'
import { aReplica } from '../../src/report/drill-targets.ts'

export const walGone: Drill = {
  family: 'database',
  name: 'wal-gone',
  hypothesis: 'A replica whose slot was lost, and the WAL that it needs with it, is copied anew.',
  targets: aReplica,
  says: (target) => `the replica on ${target} is stopped, its slot dropped, and the primary recycles its WAL`,
  script: (stage) => loseWal(stage, stage.target.name),
  noticedBy: 'unwell',
  ending: { replaced: 'nobody', tells: ['reinitialised'] },
  deadMachine: false,
  takesAway: false,
  expect: 'Writes wait until the primary has taken the replica off its list, and go on with one copy. After 45 s it is copied anew.',
  budgets: [
    { measure: 'vipReadGapMs', max: 1_000 },
    { measure: 'vipWriteGapMs', max: 5_000 },
    { measure: 'sqlGapMs', max: 5_000 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedWrites', max: 0 },
    { measure: 'failedStatements', max: 0 },
    { measure: 'redundantMs', max: 120_000 },
  ],
}
