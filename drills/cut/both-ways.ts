/** An application machine's link goes down: it runs, and reaches nobody. */
import type { Drill } from '../../src/report/drill.ts'
import { anAppMachine } from '../../src/report/drill-targets.ts'

export const bothWays: Drill = {
  family: 'cut',
  name: 'both-ways',
  hypothesis: 'A machine that nobody reaches is as good as dead, and is replaced as if it were.',
  targets: anAppMachine,
  says: (target) => `the link of ${target} goes down, and stays down`,
  script: async ({ target, fault }) => void (await fault({ kind: 'cut', machine: target.name })),
  noticedBy: 'silent',
  ending: { replaced: 'targets' },
  deadMachine: true,
  takesAway: true,
  expect: 'As if it had lost power. The one that is cut off is deleted at the provider, so it can\'t come back.',
  budgets: [
    { measure: 'vipReadGapMs', max: 2000 },
    { measure: 'vipWriteGapMs', max: 2000 },
    { measure: 'sqlGapMs', max: 500 },
    { measure: 'failedReads', max: 0 },
    { measure: 'failedStatements', max: 0 },
  ],
}
