/** The machine with the controller loses power, and an operator has it replaced. */
import type { Drill } from '../src/report/drill.ts'

export const control: Drill = {
  name: 'control',
  hypothesis: 'Nothing that serves depends on the controller.',
  breaks: (machine) => machine.roles.includes('control'),
  healedBy: 'operator',
  expect: 'Traffic goes on as if nothing had happened, and nothing is healed until somebody runs `regrow replace`.',
  budgets: [
    { measure: 'vipReadGapMs', max: 500 },
    { measure: 'vipWriteGapMs', max: 500 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedWrites', max: 0 },
    { measure: 'failedStatements', max: 0 },
  ],
  failureModelRow: 'control',
}
