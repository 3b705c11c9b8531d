/** The primary's disk takes no more writes: nothing fails, nothing ends, and Patroni's word stays "primary". */
import { standbyLeads } from '../../src/report/drill-breaks.ts'
import type { Drill } from '../../src/report/drill.ts'
import { isPrimary, leastReplaced } from '../../src/report/drill-targets.ts'

export const diskHung: Drill = {
  family: 'database',
  name: 'disk-hung',
  hypothesis: 'A primary that can write nothing is succeeded, though every program on it says that it is well.',
  targets: leastReplaced(isPrimary),
  says: (target) => `the disk of ${target} takes no more writes`,
  script: async (stage) => {
    await stage.fault({ kind: 'hang-disk', machine: stage.target.name })
    await standbyLeads(stage)
  },
  noticedBy: 'lock-revoked',
  ending: { replaced: 'targets', tells: ['lock-revoked'] },
  deadMachine: false,
  takesAway: true,
  expect: 'Writes wait. After 3 s the machine is fenced off, powered off, and its lock goes to the standby. It returns as the standby.',
  budgets: [
    { measure: 'vipReadGapMs', max: 8_000 },
    { measure: 'vipWriteGapMs', max: 8_000 },
    { measure: 'sqlGapMs', max: 8_000 },
    { measure: 'failedStatements', max: 0 },
    { measure: 'noticedMs', max: 6_000 },
    { measure: 'redundantAfterConfirmMs', max: 25_000 },
  ],
}
