/** The entry machine that holds the public address loses power. */
import { powerOff } from '../../src/report/drill-loss.ts'
import { holdsEntry } from '../../src/report/drill-targets.ts'

export const entryActive = powerOff({
  name: 'entry-active',
  hypothesis: 'The other entry machine has the address before a visitor notices.',
  breaks: holdsEntry,
  expect: 'The address moves to the other entry machine within half a second; what was on its way through the lost one is cut off.',
  budgets: [
    { measure: 'vipReadGapMs', max: 500 },
    { measure: 'vipWriteGapMs', max: 2000 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedStatements', max: 0 },
  ],
})
