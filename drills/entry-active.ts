/** The entry machine that holds the public address loses power. */
import { holdsEntry, type Drill } from '../src/report/drill.ts'

export const entryActive: Drill = {
  name: 'entry-active',
  hypothesis: 'The other entry machine has the address before a visitor notices.',
  breaks: holdsEntry,
  healedBy: 'controller',
  expect: 'The address moves to the other entry machine within half a second; what was on its way through the lost one is cut off.',
  budgets: [
    { measure: 'vipReadGapMs', max: 500 },
    { measure: 'vipWriteGapMs', max: 2000 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedStatements', max: 0 },
  ],
  failureModelRow: 'entry-active',
}
