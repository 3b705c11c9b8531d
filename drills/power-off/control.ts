/** The control machine loses power, and with it the controller that acts. */
import { powerOff } from '../../src/report/drill-loss.ts'

export const control = powerOff({
  name: 'control',
  hypothesis: 'Nothing that serves depends on the controller, and another candidate takes over its work, its own machine included.',
  breaks: (machine) => machine.roles.includes('control'),
  // The lease of the one that died has to end first (6 s), and its successor looks at everything anew.
  deadMachine: false,
  expect: 'Traffic goes on as if nothing had happened. A controller on a database machine takes over and replaces the control machine.',
  budgets: [
    { measure: 'vipReadGapMs', max: 500 },
    { measure: 'vipWriteGapMs', max: 500 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedWrites', max: 0 },
    { measure: 'failedStatements', max: 0 },
    { measure: 'noticedMs', max: 12_000 },
    { measure: 'replacementMs', max: 15_000 },
    { measure: 'redundantAfterConfirmMs', max: 25_000 },
  ],
})
