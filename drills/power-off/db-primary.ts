/** The database machine that takes the writes loses power. */
import { powerOff } from '../../src/report/drill-loss.ts'
import { isPrimary } from '../../src/report/drill-targets.ts'

export const dbPrimary = powerOff({
  name: 'db-primary',
  hypothesis: 'The standby has every acknowledged write and takes over; writers wait and get no error.',
  breaks: isPrimary,
  expect: 'The lost machine is fenced off and its lock revoked; reads and writes pause until its standby leads. It returns as the standby.',
  budgets: [
    { measure: 'vipReadGapMs', max: 4_000 },
    { measure: 'vipWriteGapMs', max: 4_000 },
    { measure: 'sqlGapMs', max: 4_000 },
    { measure: 'failedWrites', max: 0 },
    { measure: 'failedStatements', max: 0 },
  ],
})
