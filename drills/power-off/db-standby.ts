/** The database machine that holds the second copy loses power. */
import { powerOff } from '../../src/report/drill-loss.ts'
import { isPrimary } from '../../src/report/drill-targets.ts'

export const dbStandby = powerOff({
  name: 'db-standby',
  hypothesis: 'Writes wait only until the primary is sure that its standby is gone.',
  breaks: (machine, scene) => machine.roles.includes('database') && !isPrimary(machine, scene),
  expect: 'Reads go on. Writes stall until the lost machine is fenced off, because each waits for the second copy, and then go on with one copy until the standby is back.',
  budgets: [
    { measure: 'vipReadGapMs', max: 1000 },
    { measure: 'vipWriteGapMs', max: 2000 },
    { measure: 'sqlGapMs', max: 2000 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedWrites', max: 0 },
    { measure: 'failedStatements', max: 0 },
  ],
})
