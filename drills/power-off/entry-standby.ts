/** The entry machine that waits for its turn loses power. */
import { powerOff } from '../../src/report/drill-loss.ts'
import { holdsEntry } from '../../src/report/drill-targets.ts'

export const entryStandby = powerOff({
  name: 'entry-standby',
  hypothesis: 'Nobody notices the loss of a machine that served nobody.',
  breaks: (machine, scene) => machine.roles.includes('entry') && !holdsEntry(machine, scene),
  expect: 'Traffic goes on as if nothing had happened; a new standby joins.',
  budgets: [
    { measure: 'vipReadGapMs', max: 500 },
    { measure: 'vipWriteGapMs', max: 500 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedWrites', max: 0 },
    { measure: 'failedStatements', max: 0 },
  ],
})
