/** One of the machines that run the application loses power. */
import { powerOff } from '../../src/report/drill-loss.ts'

export const app = powerOff({
  name: 'app',
  hypothesis: 'Every read that the lost machine was to answer is answered by another one.',
  breaks: (machine) => machine.roles.includes('app'),
  expect: 'No read fails; a few wait for nginx to try the other machine. A write that the lost machine had in hand may be of unknown outcome.',
  budgets: [
    { measure: 'vipReadGapMs', max: 2000 },
    { measure: 'vipWriteGapMs', max: 2000 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedReads', max: 0 },
    { measure: 'readP99Ms', max: 1100 },
    { measure: 'failedStatements', max: 0 },
  ],
})
