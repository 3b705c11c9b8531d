/** The database machine that takes the writes loses power. */
import { powerOff } from '../../src/report/drill-loss.ts'
import { isPrimary } from '../../src/report/drill-targets.ts'

export const dbPrimary = powerOff({
  name: 'db-primary',
  hypothesis: 'The standby has every acknowledged write and takes over; writers wait and get no error.',
  breaks: isPrimary,
  expect: 'Reads and writes pause until the lock of the lost primary has expired, then go on; the lost machine returns as the standby.',
  budgets: [
    { measure: 'vipReadGapMs', max: 25_000 },
    { measure: 'vipWriteGapMs', max: 25_000 },
    { measure: 'sqlGapMs', max: 25_000 },
    { measure: 'failedWrites', max: 0 },
    { measure: 'failedStatements', max: 0 },
    // It may be replaced once another machine leads: Patroni's lock lives for 20 s, whatever healing.confirm is.
    { measure: 'redundantAfterConfirmMs', max: 40_000 },
  ],
})
